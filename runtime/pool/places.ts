import type { MetricParams } from '../../bridge/node/methods.ts';
import type { KnownError } from '../errors/known-error.ts';
import type { Logger } from '../log/logger.ts';
import type { PredictorProcess } from '../predictor/process.ts';
import type { ProcessState } from '../predictor/states.ts';
import { Keeper } from './keeper.ts';
import { START_FAILURES_LIMIT } from './restart.ts';
import { Slots } from './slots.ts';

export interface ProcessHooks {
  readonly onState: (state: ProcessState) => void;
  readonly onMetric: (metric: MetricParams) => void;
}

export interface PlacesOptions {
  readonly replicas: number;
  readonly processesPerReplica: number;
  readonly threadsPerProcess: number;
  readonly logger: Logger;
  /** Starts one process; `replica` names its place. */
  readonly start: (replica: string, hooks: ProcessHooks) => Promise<PredictorProcess>;
  readonly onMetric: (metric: MetricParams) => void;
  readonly onRestart: (cause: string) => void;
  readonly onReady: () => void;
  /** How many workloads may wait in a process behind the one that runs, if it is the only one. */
  readonly ahead: () => number;
  /** The slots of a process that has ended; they take nothing more. */
  readonly onClosed: (slots: Slots) => void;
}

interface Place {
  readonly replica: string;
  readonly keeper: Keeper;
  state: ProcessState;
}

/** The places of an API's processes: each is kept filled with one that lives. */
export class Places {
  readonly #options: PlacesOptions;
  readonly #ready = new Map<PredictorProcess, Slots>();
  readonly #places: readonly Place[];
  #saidError = false;

  constructor(options: PlacesOptions) {
    this.#options = options;
    const count = options.replicas * options.processesPerReplica;
    this.#places = Array.from({ length: count }, (_, at) => this.#open(at));
  }

  /** The slots of the processes that are ready. */
  get slots(): Iterable<Slots> {
    return this.#ready.values();
  }

  get readyProcesses(): number {
    return this.#ready.size;
  }

  /** A replica is ready when all its processes are. */
  get readyReplicas(): number {
    return Math.floor(this.#ready.size / this.#options.processesPerReplica);
  }

  /** Why no process can be started, when that is so at every place; else null. */
  get error(): KnownError | null {
    const errors = this.#places.map(({ keeper }) => keeper.error);
    return errors.includes(null) ? null : (errors[0] ?? null);
  }

  /** Why no process is ready: what `error` says, else why the last start at one of the places failed; null while one is, or where none has failed yet. */
  get failure(): KnownError | null {
    if (this.#ready.size > 0) return null;
    const failures = this.#places.map(({ keeper }) => keeper.lastFailure);
    return this.error ?? failures.find((failure) => failure !== null) ?? null;
  }

  get views(): readonly { readonly replica: string; readonly pid: number | null; readonly state: ProcessState }[] {
    return this.#places.map(({ replica, keeper, state }) => ({ replica, pid: keeper.process?.pid ?? null, state }));
  }

  /** A workload has ended in this process. */
  servedOne(process: PredictorProcess): void {
    this.#places.find(({ keeper }) => keeper.process === process)?.keeper.servedOne();
  }

  /** Ends all processes: in order within `graceMs`, or at once when that is null. */
  async stop(graceMs: number | null): Promise<void> {
    await Promise.all(this.#places.map(({ keeper }) => keeper.stop(graceMs)));
  }

  #open(at: number): Place {
    const { processesPerReplica, threadsPerProcess, start, onMetric, onReady, onRestart } = this.#options;
    const replica = replicaName(at, processesPerReplica);
    const logger = this.#options.logger.labelled({ replica });
    const onState = (state: ProcessState): void => {
      // Every workload makes a process busy and ready again; that is no news.
      if (state !== 'busy' && place.state !== 'busy') logger.info(`predictor process ${state}`);
      place.state = state;
    };
    const keeper = new Keeper({
      start: () => start(replica, { onState, onMetric }),
      logger,
      onReady: (process) => {
        this.#saidError = false;
        this.#ready.set(process, new Slots(process, threadsPerProcess, () => this.#ahead()));
        onReady();
      },
      onExit: (process) => {
        this.#closed(process);
      },
      onRestart,
      onFailed: () => {
        this.#failed();
      },
    });
    const place: Place = { replica, keeper, state: 'spawning' };
    return place;
  }

  /** Where another process or thread could run them sooner, none. */
  #ahead(): number {
    return this.#places.length === 1 && this.#options.threadsPerProcess === 1 ? this.#options.ahead() : 0;
  }

  /** Says once that the API cannot be served any more. */
  #failed(): void {
    if (this.#saidError || this.error === null) return;
    this.#saidError = true;
    this.#options.logger.error(
      `the API is in state error now, since ${START_FAILURES_LIMIT} starts in a row have failed; it goes on accepting workloads, and trying`,
    );
  }

  #closed(process: PredictorProcess): void {
    const slots = this.#ready.get(process);
    if (slots === undefined) return;
    this.#ready.delete(process);
    slots.close();
    this.#options.onClosed(slots);
  }
}

function replicaName(at: number, processesPerReplica: number): string {
  if (processesPerReplica === 1) return String(at);
  return `${Math.floor(at / processesPerReplica)}.${at % processesPerReplica}`;
}
