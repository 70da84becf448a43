import { join, posix } from 'node:path';
import { localLocationsOf, type ApiSpec } from '../config/spec.ts';
import { listLocal } from '../models/tree/list-local.ts';
import { isAtOrBelow } from '../project/below.ts';
import type { ProjectFile } from '../project/walk.ts';

/** A place in a project that one of its APIs has models at. Whatever other files are there belong to it. */
export interface ModelPlace {
  /** Relative to the root. */
  readonly path: string;
  /** Those too that no predictor sees: models are read where they lie. Empty where there is nothing on this machine. */
  readonly files: readonly ProjectFile[];
}

/**
 * The places of models of all APIs `specs`, without those that lie below another one. All images of a project have them or none has: a predictor may open
 * any file of its project, and an image is the same whichever of its siblings are built beside it. Fails with `PONS_ERR_MODELS_UNREADABLE`.
 */
export async function readModelPlaces(root: string, specs: readonly ApiSpec[]): Promise<ModelPlace[]> {
  const written = specs.flatMap(({ predictor: { models } }) =>
    models === null ? [] : localLocationsOf(models.source),
  );
  const places = new Map<string, ModelPlace>();
  for (const location of new Set(written))
    for (const place of await placesAt(root, location)) places.set(place.path, place);
  const isCovered = (path: string): boolean =>
    [...places.keys()].some((other) => other !== path && isAtOrBelow(path, other));
  return [...places.values()].filter(({ path }) => !isCovered(path)).sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** A model that is a file has its external data beside it, each file of which is a place too. */
async function placesAt(root: string, location: string): Promise<ModelPlace[]> {
  // The project itself is in every image as it is.
  if (location === '.') return [];
  const { kind, files } = await listLocal(join(root, location), location);
  const folder = kind === 'file' ? posix.dirname(location) : location;
  const found = files.map(({ path: below, sizeBytes }): ProjectFile => {
    const path = posix.join(folder, below);
    return { path, source: join(root, path), sizeBytes, mode: 0o644 };
  });
  return kind === 'file'
    ? found.map((file) => ({ path: file.path, files: [file] }))
    : [{ path: location, files: found }];
}

/** Whether there is anything to mount. */
export function isThere({ files }: ModelPlace): boolean {
  return files.length > 0;
}

export function isModel(path: string, places: readonly ModelPlace[]): boolean {
  return places.some((place) => isAtOrBelow(path, place.path));
}

/** The files that a predictor sees, and those of models that it does not; sorted by path. */
export function withModels(seen: readonly ProjectFile[], places: readonly ModelPlace[]): ProjectFile[] {
  const models = places.flatMap(({ files }) => files);
  const byPath = new Map([...models, ...seen].map((file) => [file.path, file]));
  return [...byPath.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}
