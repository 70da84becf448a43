import { copyFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { ApiSpec } from '../config/spec.ts';
import type { ProjectFiles } from '../project/files.ts';
import type { ProjectLocation } from '../project/root.ts';
import { stageProject } from '../project/staging.ts';
import { isModel, isThere, readModelPlaces, withModels } from './model-places.ts';
import { PROJECT_DIR } from './image-promises.ts';

/** The files of a project that its images hold, in a folder of their own. */
export interface Staged {
  readonly dir: string;
  /** Relative to the root and sorted; without the configuration file, which is in the folder too. */
  readonly paths: readonly string[];
  /** Those of them that belong to models. */
  readonly models: readonly string[];
  readonly notices: readonly string[];
}

export interface StagedOptions {
  readonly location: ProjectLocation;
  readonly files: ProjectFiles;
  /** All APIs of the configuration file. */
  readonly siblings: readonly ApiSpec[];
  readonly bakeModels: boolean;
  /** The copy goes below it. */
  readonly scratch: string;
}

/** Copies what the images of a project are made of. Fails as `stageProject` and `readModelPlaces` do. */
export async function stageForImages(options: StagedOptions): Promise<Staged> {
  const { location, files, siblings, bakeModels, scratch } = options;
  const places = await readModelPlaces(files.root, siblings);
  const all = withModels(files.files, places);
  // Its variables are a secret, and belong to where the container runs.
  const taken = all.filter(({ path }) => path !== '.env' && (bakeModels || !isModel(path, places)));
  const { dir, notices } = await stageProject({
    project: { root: files.root, files: taken },
    stateDir: scratch,
    linkedModels: [],
  });
  await copyFile(location.configFile, join(dir, basename(location.configFile)));
  const paths = taken.map(({ path }) => path);
  const leftOut = bakeModels ? [] : places.filter(isThere);
  const told = leftOut.map(
    ({ path }) =>
      `${path} is not in the images: mount it at ${PROJECT_DIR}/${path} in the container of each API, or build with --bake-models`,
  );
  return {
    dir,
    paths,
    models: paths.filter((path) => isModel(path, places)),
    notices: [...files.notices, ...notices, ...told],
  };
}
