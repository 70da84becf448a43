import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { methodNotFound } from '../../bridge/node/messages.ts';
import type { ApiSpec } from '../config/spec.ts';
import type { KnownError } from '../errors/known-error.ts';
import { isKnownError } from '../errors/known-error.ts';
import { messageOf } from '../errors/render.ts';
import type { Logger } from '../log/logger.ts';
import { checkModels } from '../models/check-models.ts';
import type { RelayOptions } from '../models/relay-options.ts';
import type { ServingAddress } from '../models/tensorflow/address.ts';
import { assignGpus } from '../predictor/gpus/assign-gpus.ts';
import { Reaper } from '../processes/reaper.ts';
import { assertNoShortage } from '../processes/shortage.ts';
import { claimStateFolder } from '../state/claim.ts';
import { makeTempFolder } from '../state/temp-folder.ts';
import { deploy, type DeployedApi } from './deployment.ts';
import { A_PREDICTOR, startError } from '../predictor/start-error.ts';
import { clearRuns, Launcher, runsDir } from './launcher.ts';
import { relayOptions } from './model-relays.ts';
import { askMachine } from './machine.ts';
import { readProject } from './project.ts';

export interface CheckOptions {
  readonly path: string;
  /** null: `.pons` in the project. */
  readonly stateDir: string | null;
  readonly python: string | null;
  readonly runDependenciesSh: boolean;
  readonly startTimeoutMs: number;
  /** null: one would be started where it is needed. */
  readonly tensorflowServing: ServingAddress | null;
  readonly logger: Logger;
  readonly signal: AbortSignal;
}

/** What was found out about one API; `error` is null when it can be served. */
export interface ApiReport {
  readonly spec: ApiSpec;
  readonly error: KnownError | null;
}

const STOP_GRACE_MS = 2000;
/** A class that is looked at uses no GPU. */
const nothingAssigned = (): Record<string, string> => ({});

/**
 * Validates everything short of serving: files, configuration, dependencies, and each class in a throw-away process, in which it is not
 * constructed. Python environments are kept for serving; nothing else is. What this machine lacks is only told, since the project may be
 * for another one. Rejects with what concerns the whole project.
 */
export async function check(options: CheckOptions): Promise<ApiReport[]> {
  const { logger, signal } = options;
  signal.throwIfAborted();
  const stateDirOf = (root: string): string => options.stateDir ?? join(root, '.pons');
  const project = await readProject(options.path, ({ root }) => stateDirOf(root));
  // Before anything is made: whoever interrupts it that early finds nothing of it.
  signal.throwIfAborted();
  const scratch = await makeTempFolder('pons-check-');
  try {
    await clearRuns(scratch);
    const say = (line: string): void => {
      logger.info(line);
    };
    const environmentsDir = stateDirOf(project.location.root);
    claimStateFolder(environmentsDir);
    const reaper = new Reaper();
    const closing = new AbortController();
    try {
      await reaper.started();
      const { interpreter, setpriv } = askMachine(options.python, AbortSignal.any([signal, closing.signal]));
      const apis = await deploy(project, {
        ...options,
        stateDir: scratch,
        environmentsDir,
        say,
        interpreter,
        reaper,
        setpriv,
        signal,
        inContainer: false,
      });
      const launcher = await Launcher.open({
        stateDir: scratch,
        logger,
        startTimeoutMs: options.startTimeoutMs,
        reaper,
        setpriv,
        memory: null,
        gpus: nothingAssigned,
        inContainer: false,
      });
      const reports: ApiReport[] = [];
      for (const api of apis) {
        const models = relayOptions(api, {
          ...{
            projectRoot: project.location.root,
            stateDir: scratch,
            runsDir: runsDir(scratch),
            laneDir: null,
            logger,
            say,
            reaper,
            setpriv,
          },
          ...{ tensorflowServing: options.tensorflowServing, gpus: nothingAssigned, needsAll: true, signal },
        });
        const error = (await tryModels(models)) ?? (await tryClass(launcher, api, signal));
        reports.push({ spec: api.spec, error });
      }
      const lacking = await lackingGpus(project.specs, options.tensorflowServing !== null);
      if (lacking !== null) logger.warning(lacking);
      return reports;
    } finally {
      closing.abort();
      await reaper.close();
    }
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** What would keep `pons serve` from starting here; null where there are GPUs enough. */
async function lackingGpus(specs: readonly ApiSpec[], servingIsNamed: boolean): Promise<string | null> {
  try {
    await assignGpus(specs, servingIsNamed);
    return null;
  } catch (error) {
    if (!isKnownError(error) || error.code !== 'PONS_ERR_PREDICTOR_GPUS') throw error;
    return `pons serve would not start on this machine: ${messageOf(error)}\n${error.fix}`;
  }
}

async function tryModels(models: Promise<RelayOptions> | null): Promise<KnownError | null> {
  try {
    if (models !== null) await checkModels(await models);
    return null;
  } catch (error) {
    if (isKnownError(error)) return error;
    throw error;
  }
}

async function tryClass(launcher: Launcher, api: DeployedApi, signal: AbortSignal): Promise<KnownError | null> {
  signal.throwIfAborted();
  const silent = (): void => undefined;
  const process = await launcher.start({
    api,
    mode: 'check',
    replica: 'check',
    chaining: {},
    // Nothing is constructed, so that nothing can ask.
    requested: (method) => Promise.reject(methodNotFound(method)),
    onState: silent,
    onMetric: silent,
  });
  const kill = (): void => {
    void process.kill();
  };
  signal.addEventListener('abort', kill, { once: true });
  try {
    await process.ready;
    return null;
  } catch (error) {
    signal.throwIfAborted();
    const known = startError(error);
    // The machine's, not the API's.
    assertNoShortage(known, A_PREDICTOR);
    return known;
  } finally {
    signal.removeEventListener('abort', kill);
    await process.stop(STOP_GRACE_MS);
  }
}
