import { join } from 'node:path';
import { chmod, mkdir, readdir } from 'node:fs/promises';
import type { ConnectionHandlers } from '../../bridge/node/connection.ts';
import type { MetricParams } from '../../bridge/node/methods.ts';
import type { Logger } from '../log/logger.ts';
import { hostDir, hostProgram } from '../predictor/host-program.ts';
import { clearRunDir } from '../predictor/clear-run-dir.ts';
import { probeIsolation, removeRunDir, type Isolation } from '../predictor/isolation.ts';
import { threadVariables } from '../predictor/compute/thread-variables.ts';
import type { GpuVariables } from '../predictor/gpus/assign-gpus.ts';
import type { MemoryEnforcement } from '../predictor/memory/enforcement.ts';
import type { MemoryShare } from '../predictor/memory/share.ts';
import { Surroundings } from '../predictor/memory/surroundings.ts';
import { LOG_LINE_LIMIT_BYTES } from '../predictor/output-stream.ts';
import { PredictorProcess } from '../predictor/process.ts';
import type { Reaper } from '../processes/reaper.ts';
import { assertSpawnRoom } from '../processes/spawn-room.ts';
import { A_PREDICTOR, startError } from '../predictor/start-error.ts';
import type { ProcessState } from '../predictor/states.ts';
import { prepareView } from '../predictor/view.ts';
import { CHAIN_PORT } from '../gateway/chain.ts';
import type { ListenAddress } from '../gateway/listen.ts';
import type { DeployedApi } from './deployment.ts';
import { reachDirectly } from './direct-hosts.ts';

/** A result above this fails its workload. */
const RESULT_LIMIT_BYTES = 100 * 1024 * 1024;

export interface LauncherOptions {
  readonly stateDir: string;
  readonly logger: Logger;
  readonly startTimeoutMs: number;
  readonly reaper: Reaper;
  /** What `probeSetpriv` finds. */
  readonly setpriv: Promise<string | null>;
  /** null where nothing is limited. */
  readonly memory: MemoryEnforcement | null;
  readonly gpus: GpuVariables;
  /** Whether this program has a container of its own. */
  readonly inContainer: boolean;
}

export interface LaunchOptions {
  readonly api: DeployedApi;
  readonly mode: 'serve' | 'check';
  readonly replica: string;
  /** Host name to the loopback address and port where it answers. */
  readonly chaining: Readonly<Record<string, ListenAddress>>;
  /** Answers what user code asks for by its clients. */
  readonly requested: ConnectionHandlers['requested'];
  readonly onState: (state: ProcessState) => void;
  readonly onMetric: (metric: MetricParams) => void;
}

/** Starts predictor processes, each in a view of its own, as far as this machine permits. */
export class Launcher {
  readonly isolation: Isolation;
  readonly #options: LauncherOptions;
  readonly #surroundings = new Surroundings();
  #started = 0;

  private constructor(options: LauncherOptions, isolation: Isolation) {
    this.#options = options;
    this.isolation = isolation;
  }

  /** Finds out what the machine permits. After `clearRuns`. */
  static async open(options: LauncherOptions): Promise<Launcher> {
    const isolation = options.inContainer ? { kind: 'container' as const } : probeIsolation(runsDir(options.stateDir));
    return new Launcher(options, await isolation);
  }

  /** Starts one process. What it needs on disk is removed when it ends, or when it cannot be started. Rejects with a `KnownError`. */
  async start(options: LaunchOptions): Promise<PredictorProcess> {
    this.#started += 1;
    const place = `${options.api.spec.name}-${options.replica}`;
    const runDir = join(runsDir(this.#options.stateDir), `${place}-${process.pid}-${this.#started}`);
    try {
      // Before anything is made: without file descriptors it could not be removed either.
      assertSpawnRoom(A_PREDICTOR);
      return await this.#startIn(runDir, options);
    } catch (error) {
      await clearRunDir(runDir, this.#options.logger);
      throw startError(error);
    }
  }

  async #startIn(runDir: string, options: LaunchOptions): Promise<PredictorProcess> {
    const { api, replica, chaining } = options;
    const { spec, snapshotDir, python } = api;
    const { logger, startTimeoutMs, reaper, setpriv, memory, gpus } = this.#options;
    const listening = Object.entries(chaining);
    // A hosts file tells no port: at 8888 of that address another program would answer.
    const found = listening.filter(([, { port }]) => port === CHAIN_PORT);
    const hosts = Object.fromEntries(found.map(([name, { address }]) => [name, address]));
    const isPatched = this.isolation.kind === 'none' || found.length < listening.length;
    const needed = [hostDir, laneDir(this.#options.stateDir), ...python.prefixes, ...api.linkedDirs];
    const { shmSizeBytes, processesPerReplica } = spec.predictor;
    const program = python.executable;
    const { isolation } = this;
    const view = await prepareView({ isolation, runDir, snapshotDir, hosts, needed, program, shmSizeBytes });
    const names = api.neighbours.map((name) => `api-${name}`);
    const user = reachDirectly(api.environmentIn(view.projectDir), names);
    const { PYTHONPATH, ...env } = {
      ...threadVariables(spec.compute, processesPerReplica, user),
      ...user,
      ...gpus(spec.name, replicaOf(replica), user),
    };
    const labels = { apiName: spec.name, apiKind: spec.kind, apiID: api.id, replica };
    return PredictorProcess.start({
      settings: {
        mode: options.mode,
        predictorType: spec.predictor.type,
        path: spec.predictor.path,
        pythonPath: PYTHONPATH ?? null,
        threads: spec.predictor.threadsPerProcess,
        logLevel: spec.predictor.logLevel,
        labels,
        limits: { resultBytes: RESULT_LIMIT_BYTES, logLineBytes: LOG_LINE_LIMIT_BYTES },
        chaining: isPatched ? patchedNames(chaining) : null,
        configJson: api.configJson,
      },
      view,
      runDir,
      pythonExecutable: program,
      givenPython: python.given,
      hostProgram,
      setpriv: await setpriv,
      env,
      memory: await shareOf(options, memory),
      surroundings: this.#surroundings,
      startTimeoutMs,
      logger: logger.labelled(labels),
      reaper,
      requested: options.requested,
      onMetric: options.onMetric,
      onState: options.onState,
    });
  }
}

/** Makes the folder of the processes' run folders, and removes what a supervisor that was killed left in it. */
export async function clearRuns(stateDir: string): Promise<void> {
  const runs = runsDir(stateDir);
  await mkdir(runs, { recursive: true, mode: 0o700 });
  await chmod(runs, 0o700);
  const left = await readdir(runs);
  await Promise.all(left.map((name) => removeRunDir(join(runs, name))));
  await mkdir(laneDir(stateDir), { mode: 0o700 });
}

/** What lasts as long as one run of Pons. */
export function runsDir(stateDir: string): string {
  return join(stateDir, 'run');
}

/** Where the model processes listen for those of predictors, of all APIs. */
export function laneDir(stateDir: string): string {
  return join(runsDir(stateDir), 'lanes');
}

/** What the processes of one replica may use together. */
async function shareOf({ api, replica }: LaunchOptions, memory: MemoryEnforcement | null): Promise<MemoryShare | null> {
  const { name, compute } = api.spec;
  if (memory === null || compute.memBytes === null) return null;
  return await memory.share(`${name}-${replicaOf(replica)}`, compute.memBytes);
}

/** The number of the replica in the name of a place, `2` or `2.1`. */
function replicaOf(place: string): number {
  return Number.parseInt(place, 10);
}

function patchedNames(chaining: Readonly<Record<string, ListenAddress>>): Record<string, [string, number]> {
  return Object.fromEntries(Object.entries(chaining).map(([name, { address, port }]) => [name, [address, port]]));
}
