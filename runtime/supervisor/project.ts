import { relative } from 'node:path';
import { loadConfig } from '../config/load.ts';
import type { ApiSpec } from '../config/spec.ts';
import { KnownError } from '../errors/known-error.ts';
import { listProjectFiles, type ProjectFiles } from '../project/files.ts';
import { resolveProject, type ProjectLocation } from '../project/root.ts';

/** A project whose configuration is valid. */
export interface Project {
  readonly location: ProjectLocation;
  readonly files: ProjectFiles;
  readonly specs: readonly ApiSpec[];
}

/** Reads and validates a project. Fails with errors of the areas PROJECT and CONFIG, and `PONS_ERR_SERVE_TYPE`. */
export async function readProject(path: string, stateDirOf: (location: ProjectLocation) => string): Promise<Project> {
  const location = await resolveProject(path);
  const files = await listProjectFiles({ ...location, stateDir: stateDirOf(location) });
  const specs = loadConfig(shown(location.configFile), files);
  return { location, files, specs };
}

/** Refuses what can be written and validated but not served yet. */
export function assertServable(specs: readonly ApiSpec[]): void {
  for (const { name, predictor } of specs) {
    if (predictor.type !== 'python') throw KnownError.of('PONS_ERR_SERVE_TYPE', { api: name, type: predictor.type });
  }
}

/** A path as the person at the terminal would write it. */
function shown(path: string): string {
  const fromHere = relative(process.cwd(), path);
  return fromHere.startsWith('..') ? path : fromHere;
}
