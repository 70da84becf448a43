import { posix } from 'node:path';
import { localLocationsOf, type ApiSpec } from '../config/spec.ts';
import { isAtOrBelow } from '../project/below.ts';
import { PROJECT_DIR } from './served.ts';

/** A place in a project that has models. */
export interface ModelPlace {
  /** Relative to the root. */
  readonly path: string;
  /** The names of the APIs that it is a place of models of. */
  readonly owners: readonly string[];
}

/** The places of models that have any of the files `paths`. */
export function modelPlaces(specs: readonly ApiSpec[], paths: readonly string[]): ModelPlace[] {
  const owners = new Map<string, string[]>();
  for (const { name, predictor } of specs)
    for (const written of predictor.models === null ? [] : localLocationsOf(predictor.models.source)) {
      const path = posix.normalize(written).replace(/\/$/, '');
      owners.set(path, [...new Set([...(owners.get(path) ?? []), name])]);
    }
  return [...owners]
    .filter(([place]) => paths.some((path) => isAtOrBelow(path, place)))
    .map(([path, names]) => ({ path, owners: names }));
}

/**
 * Whether a file of the project goes into an API's image: of models, none, or with `bakeModels` those of the API itself. So it is the same image whichever
 * of its siblings are built beside it.
 */
export function isInImage(path: string, api: string, places: readonly ModelPlace[], bakeModels: boolean): boolean {
  const around = places.filter((place) => isAtOrBelow(path, place.path));
  return around.length === 0 || (bakeModels && around.some(({ owners }) => owners.includes(api)));
}

/** What is to be said of a place when the images of `apis` are built; null where all of them have it. */
export function noticeOf({ path, owners }: ModelPlace, apis: readonly string[], bakeModels: boolean): string | null {
  const own = apis.filter((api) => owners.includes(api));
  const mount = `mount it at ${PROJECT_DIR}/${path}`;
  if (own.length === 0) return `${path} is not in the images: ${mount} where one of them reads it`;
  if (!bakeModels) return `${path} is not in the images: ${mount}, or build with --bake-models`;
  if (own.length === apis.length) return null;
  return `${path} is in the images of ${own.join(', ')} only: ${mount} where another one reads it`;
}
