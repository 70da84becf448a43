import { copyFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { localLocationsOf, type ApiSpec } from '../config/spec.ts';
import { isAtOrBelow } from '../project/below.ts';
import type { ProjectFiles } from '../project/files.ts';
import type { ProjectLocation } from '../project/root.ts';
import { stageProject } from '../project/staging.ts';

/** The files of a project that its images hold, in a folder of their own. */
export interface Staged {
  readonly dir: string;
  /** Relative to the root and sorted; without the configuration file, which is in the folder too. */
  readonly paths: readonly string[];
  /** The local places of models that are left out; relative to the root. */
  readonly modelsLeftOut: readonly string[];
  readonly notices: readonly string[];
}

export interface StagedOptions {
  readonly location: ProjectLocation;
  readonly files: ProjectFiles;
  /** Of the APIs whose images are to be built. */
  readonly specs: readonly ApiSpec[];
  readonly bakeModels: boolean;
  /** The copy goes below it. */
  readonly scratch: string;
}

/** Copies what the images of a project are made of. Fails as `stageProject` does. */
export async function stageForImages({ location, files, specs, bakeModels, scratch }: StagedOptions): Promise<Staged> {
  const places = specs.flatMap(({ predictor }) => (predictor.models ? localLocationsOf(predictor.models.source) : []));
  const models = [...new Set(places)].map((path) => path.replace(/\/$/, ''));
  const isModel = (path: string): boolean => models.some((model) => isAtOrBelow(path, model));
  // Its variables are a secret, and belong to where the container runs.
  const taken = files.files.filter(({ path }) => path !== '.env' && (bakeModels || !isModel(path)));
  const project = { root: files.root, files: taken };
  const { dir, notices } = await stageProject({ project, stateDir: scratch, linkedModels: [] });
  await copyFile(location.configFile, join(dir, basename(location.configFile)));
  return {
    dir,
    paths: taken.map(({ path }) => path),
    modelsLeftOut: bakeModels ? [] : models.filter((model) => files.files.some(({ path }) => isAtOrBelow(path, model))),
    notices: [...files.notices, ...notices],
  };
}
