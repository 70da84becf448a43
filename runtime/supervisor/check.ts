import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ApiSpec } from '../config/spec.ts';
import type { KnownError } from '../errors/known-error.ts';
import { isKnownError } from '../errors/known-error.ts';
import type { Logger } from '../log/logger.ts';
import { Reaper } from '../processes/reaper.ts';
import { claimStateFolder } from '../state/claim.ts';
import { deploy, type DeployedApi } from './deployment.ts';
import { Launcher, clearRuns } from './launcher.ts';
import { askMachine } from './machine.ts';
import { assertServable, readProject } from './project.ts';

export interface CheckOptions {
  readonly path: string;
  /** null: `.pons` in the project. */
  readonly stateDir: string | null;
  readonly python: string | null;
  readonly runDependenciesSh: boolean;
  readonly startTimeoutMs: number;
  readonly logger: Logger;
  readonly signal: AbortSignal;
}

/** What was found out about one API; `error` is null when it can be served. */
export interface ApiReport {
  readonly spec: ApiSpec;
  readonly error: KnownError | null;
}

const STOP_GRACE_MS = 2000;

/**
 * Validates everything short of serving: files, configuration, dependencies, and each class in a throw-away process. Python
 * environments are kept for serving; nothing else is. Rejects with what concerns the whole project.
 */
export async function check(options: CheckOptions): Promise<ApiReport[]> {
  const { logger, signal } = options;
  signal.throwIfAborted();
  const stateDirOf = (root: string): string => options.stateDir ?? join(root, '.pons');
  const project = await readProject(options.path, ({ root }) => stateDirOf(root));
  assertServable(project.specs);
  // Before anything is made: whoever interrupts it that early finds nothing of it.
  signal.throwIfAborted();
  const scratch = await mkdtemp(join(tmpdir(), 'pons-check-'));
  try {
    await clearRuns(scratch);
    const say = (line: string): void => {
      logger.info(line);
    };
    const environmentsDir = stateDirOf(project.location.root);
    claimStateFolder(environmentsDir);
    const reaper = new Reaper();
    try {
      const { interpreter, setpriv } = askMachine(options.python, signal);
      const apis = await deploy(project, {
        ...options,
        stateDir: scratch,
        environmentsDir,
        say,
        interpreter,
        reaper,
        setpriv,
        signal,
      });
      const launcher = await Launcher.open({
        stateDir: scratch,
        logger,
        startTimeoutMs: options.startTimeoutMs,
        reaper,
        setpriv,
      });
      const reports: ApiReport[] = [];
      for (const api of apis) reports.push({ spec: api.spec, error: await tryClass(launcher, api, signal) });
      return reports;
    } finally {
      await reaper.close();
    }
  } finally {
    await rm(scratch, { recursive: true, force: true });
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
    if (isKnownError(error)) return error;
    throw error;
  } finally {
    signal.removeEventListener('abort', kill);
    await process.stop(STOP_GRACE_MS);
  }
}
