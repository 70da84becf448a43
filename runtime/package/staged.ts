import { copyFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { ApiSpec } from '../config/spec.ts';
import type { ProjectFiles } from '../project/files.ts';
import type { ProjectLocation } from '../project/root.ts';
import { stageProject } from '../project/staging.ts';
import { isInImage, modelPlaces, noticeOf } from './model-places.ts';

/** The files of a project that its images hold, in a folder of their own. */
export interface Staged {
  readonly dir: string;
  /** What the image of an API has of them, relative to the root and sorted; without the configuration file, which is in the folder too. */
  readonly pathsOf: (api: string) => readonly string[];
  readonly notices: readonly string[];
}

export interface StagedOptions {
  readonly location: ProjectLocation;
  readonly files: ProjectFiles;
  /** Of the APIs whose images are to be built. */
  readonly specs: readonly ApiSpec[];
  /** Of all APIs of the configuration file. */
  readonly siblings: readonly ApiSpec[];
  readonly bakeModels: boolean;
  /** The copy goes below it. */
  readonly scratch: string;
}

/** Copies what the images of a project are made of. Fails as `stageProject` does. */
export async function stageForImages(options: StagedOptions): Promise<Staged> {
  const { location, files, specs, siblings, bakeModels, scratch } = options;
  const all = files.files.map(({ path }) => path);
  const places = modelPlaces(siblings, all);
  const apis = specs.map(({ name }) => name);
  // Its variables are a secret, and belong to where the container runs.
  const isFor = (path: string, api: string): boolean => path !== '.env' && isInImage(path, api, places, bakeModels);
  const taken = files.files.filter(({ path }) => apis.some((api) => isFor(path, api)));
  const project = { root: files.root, files: taken };
  const { dir, notices } = await stageProject({ project, stateDir: scratch, linkedModels: [] });
  await copyFile(location.configFile, join(dir, basename(location.configFile)));
  const told = places.map((place) => noticeOf(place, apis, bakeModels)).filter((notice) => notice !== null);
  return {
    dir,
    pathsOf: (api) => taken.map(({ path }) => path).filter((path) => isFor(path, api)),
    notices: [...files.notices, ...notices, ...told],
  };
}
