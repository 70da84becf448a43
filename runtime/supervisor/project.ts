import { relative } from 'node:path';
import { loadConfig } from '../config/load.ts';
import type { ApiSpec } from '../config/spec.ts';
import { KnownError } from '../errors/known-error.ts';
import { listProjectFiles, type ProjectFiles } from '../project/files.ts';
import { resolveProject, type ProjectLocation } from '../project/root.ts';

/** A project whose configuration is valid. */
export interface Project {
  readonly location: ProjectLocation;
  /** Empty where they are not needed. */
  readonly files: ProjectFiles;
  /** The APIs that are wanted. */
  readonly specs: readonly ApiSpec[];
  /** All APIs of its configuration file. */
  readonly siblings: readonly ApiSpec[];
  /** The names of these. */
  readonly names: readonly string[];
}

export interface ProjectNeeds {
  /** The APIs that are wanted, by name; null: all. */
  readonly apis: readonly string[] | null;
  /** Whether there is more than the configuration file: without the project's files nothing is said of those that it names. */
  readonly files: boolean;
}

const EVERYTHING: ProjectNeeds = { apis: null, files: true };

/** Reads and validates a project. Fails with errors of the areas PROJECT and CONFIG, and `PONS_ERR_CLI_API_UNKNOWN`. */
export async function readProject(
  path: string,
  stateDirOf: (location: ProjectLocation) => string,
  needs: ProjectNeeds = EVERYTHING,
): Promise<Project> {
  const location = await resolveProject(path);
  const files = needs.files ? await listProjectFiles({ ...location, stateDir: stateDirOf(location) }) : null;
  const specs = loadConfig(shown(location.configFile), files);
  const none = { root: location.root, files: [], notices: [], whyExcluded: () => null };
  const names = specs.map(({ name }) => name);
  return { location, files: files ?? none, specs: chosen(specs, needs.apis), siblings: specs, names };
}

function chosen(specs: readonly ApiSpec[], apis: readonly string[] | null): readonly ApiSpec[] {
  if (apis === null) return specs;
  const known = specs.map(({ name }) => name);
  const unknown = apis.filter((name) => !known.includes(name));
  if (unknown.length > 0) throw KnownError.of('PONS_ERR_CLI_API_UNKNOWN', { unknown, known });
  return specs.filter(({ name }) => apis.includes(name));
}

/** A path as the person at the terminal would write it. */
function shown(path: string): string {
  const fromHere = relative(process.cwd(), path);
  return fromHere.startsWith('..') ? path : fromHere;
}
