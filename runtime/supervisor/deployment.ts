import { createHash } from 'node:crypto';
import { toPythonJson } from '../config/config-json.ts';
import { localLocationsOf, type ApiSpec } from '../config/spec.ts';
import { Preparation } from '../project/dependencies/preparation.ts';
import { prepareEnvironment, type PythonEnvironment } from '../project/dependencies/prepare.ts';
import type { Interpreter } from '../project/dependencies/interpreter.ts';
import { readDotenv } from '../project/dotenv.ts';
import {
  environmentBeforeDotenv,
  environmentWithDotenv,
  machineEnvironment,
  processEnvironment,
  type Environment,
} from '../project/environment.ts';
import type { Reaper } from '../processes/reaper.ts';
import { stageProject } from '../project/staging.ts';
import type { Project } from './project.ts';

/** One API with everything that its processes need, ready to be started. */
export interface DeployedApi {
  readonly spec: ApiSpec;
  /** Names this version of the API in logs: a hash of its specification. */
  readonly id: string;
  readonly snapshotDir: string;
  readonly python: PythonEnvironment;
  readonly configJson: string;
  /** All APIs of its project, by name. */
  readonly neighbours: readonly string[];
  /** Absolute folders that the snapshot only links to. */
  readonly linkedDirs: readonly string[];
  /** The environment of a process that sees the project in `viewDir`. */
  readonly environmentIn: (viewDir: string) => Environment;
}

export interface DeployOptions {
  /** Where the snapshot goes. */
  readonly stateDir: string;
  /** The state folder that keeps Python environments. */
  readonly environmentsDir: string;
  /** `--python`: used as it is, nothing is installed into it. */
  readonly python: string | null;
  readonly runDependenciesSh: boolean;
  readonly say: (line: string) => void;
  /** What `python` stands for; waited for only where it is needed. */
  readonly interpreter: Promise<Interpreter>;
  readonly reaper: Reaper;
  /** What `probeSetpriv` finds. */
  readonly setpriv: Promise<string | null>;
  readonly signal: AbortSignal;
  /** Whether the project is used where it lies, with the interpreter as it is: a container's image has all that it needs. */
  readonly inContainer: boolean;
}

/** Makes the snapshot and the Python environments of a project. */
export async function deploy(project: Project, options: DeployOptions): Promise<DeployedApi[]> {
  const { files, specs } = project;
  const linkedModels = specs.flatMap(({ predictor: { models } }) => (models ? localLocationsOf(models.source) : []));
  const snapshot = options.inContainer
    ? { dir: files.root, linkedDirs: [], notices: [] }
    : await stageProject({ project: files, stateDir: options.stateDir, linkedModels });
  for (const notice of [...files.notices, ...snapshot.notices]) options.say(notice);
  const machine = machineEnvironment();
  const preparation = await Preparation.begin(options.reaper, options.setpriv);
  const environments = await Promise.all(
    specs.map(async (spec) => {
      const before = environmentBeforeDotenv(machine, spec, snapshot.dir);
      // The APIs of a project mostly read it in the same environment.
      const dotenv = await preparation.once(JSON.stringify(['.env', before]), () =>
        readDotenv({ projectDir: snapshot.dir, environment: before }),
      );
      return { spec, environment: environmentWithDotenv(before, dotenv), notices: dotenv.notices };
    }),
  );
  for (const notice of new Set(environments.flatMap(({ notices }) => notices))) options.say(notice);
  const interpreter = await options.interpreter;
  const apis: DeployedApi[] = [];
  // One after another: APIs of one project mostly share an environment, which the first one makes.
  for (const { spec, environment } of environments) {
    const python = options.inContainer
      ? { executable: interpreter.executable, prefixes: [], environmentPrefix: null, given: null }
      : await prepareEnvironment({
          ...options,
          stateDir: options.environmentsDir,
          spec,
          projectDir: snapshot.dir,
          environment,
          interpreter,
          preparation,
        });
    const { pythonPath } = spec.predictor;
    apis.push({
      spec,
      id: specId(spec),
      snapshotDir: snapshot.dir,
      python,
      neighbours: project.names,
      configJson: toPythonJson(spec.predictor.config),
      linkedDirs: snapshot.linkedDirs,
      environmentIn: (viewDir) =>
        processEnvironment(environment, {
          projectDir: snapshot.dir,
          viewDir,
          pythonPath,
          environmentPrefix: python.environmentPrefix,
        }),
    });
  }
  return apis;
}

function specId(spec: ApiSpec): string {
  const text = JSON.stringify(spec, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value));
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}
