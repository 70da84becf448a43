import { relative } from 'node:path';
import { loadConfig } from '../config/load.ts';
import type { ApiSpec } from '../config/spec.ts';
import { listProjectFiles, type ProjectFiles } from '../project/files.ts';
import { resolveProject, type ProjectLocation } from '../project/root.ts';

/** A project whose configuration is valid. */
export interface Project {
  readonly location: ProjectLocation;
  readonly files: ProjectFiles;
  readonly specs: readonly ApiSpec[];
}

/** Reads and validates a project. Fails with errors of the areas PROJECT and CONFIG. */
export async function readProject(path: string, stateDirOf: (location: ProjectLocation) => string): Promise<Project> {
  const location = await resolveProject(path);
  const files = await listProjectFiles({ ...location, stateDir: stateDirOf(location) });
  const specs = loadConfig(shown(location.configFile), files);
  return { location, files, specs };
}

/** A path as the person at the terminal would write it. */
function shown(path: string): string {
  const fromHere = relative(process.cwd(), path);
  return fromHere.startsWith('..') ? path : fromHere;
}
