import { delimiter, join } from 'node:path';
import type { ApiSpec } from '../config/spec.ts';
import type { Dotenv } from './dotenv.ts';
import type { Environment } from './machine-environment.ts';

export { machineEnvironment, type Environment } from './machine-environment.ts';

/**
 * What `.env` of an API is read in: the machine's variables, Cortex's own, then `predictor.env`.
 * `projectDir` is the folder of the snapshot; `processEnvironment` puts a process's own folder in its place.
 */
export function environmentBeforeDotenv(machine: Environment, api: ApiSpec, projectDir: string): Environment {
  return {
    ...machine,
    PYTHONUNBUFFERED: 'TRUE',
    CORTEX_KIND: api.kind,
    CORTEX_LOG_LEVEL: api.predictor.logLevel.toUpperCase(),
    CORTEX_PROJECT_DIR: projectDir,
    ...api.predictor.env,
  };
}

/** The environment of everything that an API runs, `dependencies.sh` and pip included; a predictor process's begins with it. */
export function environmentWithDotenv(before: Environment, dotenv: Dotenv): Environment {
  const kept = Object.entries(before).filter(([name]) => !dotenv.removed.includes(name));
  return { ...Object.fromEntries(kept), ...dotenv.variables };
}

export interface ProcessEnvironmentOptions {
  /** The snapshot's folder, as `environmentBeforeDotenv` got it. */
  readonly projectDir: string;
  /** The folder in which this process sees the project. */
  readonly viewDir: string;
  /** `predictor.python_path`, relative to the project; null means the project itself. */
  readonly pythonPath: string | null;
  /** The virtual or conda environment whose programs come first on the PATH; null where the interpreter is used as it is. */
  readonly environmentPrefix: string | null;
}

/** The whole environment of one predictor process. Starts no process and reads no file. */
export function processEnvironment(environment: Environment, options: ProcessEnvironmentOptions): Environment {
  const { projectDir, viewDir, pythonPath, environmentPrefix } = options;
  const moved = Object.fromEntries(
    Object.entries(environment).map(([name, value]) => [name, value.replaceAll(projectDir, viewDir)]),
  );
  const importDir = pythonPath === null ? viewDir : join(viewDir, pythonPath);
  return {
    ...(environmentPrefix === null ? moved : activate(moved, environmentPrefix)),
    PYTHONPATH: joinPaths(moved['PYTHONPATH'], importDir),
  };
}

/** The environment in which the programs of the virtual or conda environment `prefix` come first. */
export function activate(environment: Environment, prefix: string): Environment {
  return { ...environment, VIRTUAL_ENV: prefix, PATH: joinPaths(join(prefix, 'bin'), environment['PATH']) };
}

function joinPaths(...paths: readonly (string | undefined)[]): string {
  return paths.filter((path) => path !== undefined && path !== '').join(delimiter);
}
