import type { KnownError } from '../errors/known-error.ts';
import { messageOf } from '../errors/render.ts';
import type { Logger } from '../log/logger.ts';
import { describeExit, exitCause } from '../predictor/exit.ts';
import type { PredictorProcess } from '../predictor/process.ts';
import { startError } from '../predictor/start-error.ts';
import { pause } from './pause.ts';
import { backOffMs, StartRecord } from './restart.ts';

export interface KeeperOptions {
  readonly start: () => Promise<PredictorProcess>;
  readonly logger: Logger;
  readonly onReady: (process: PredictorProcess) => void;
  readonly onExit: (process: PredictorProcess) => void;
  readonly onRestart: (cause: string) => void;
  /** A start has failed, and `error` says whether that was one too many. */
  readonly onFailed: () => void;
}

/** Keeps one predictor process alive: starts it, waits for its end, starts the next one. */
export class Keeper {
  readonly #options: KeeperOptions;
  readonly #stopped = new AbortController();
  readonly #loop: Promise<void>;
  readonly #starts = new StartRecord();
  #process: PredictorProcess | null = null;
  /** Deaths in a row of processes that had not ended one workload. */
  #barrenDeaths = 0;
  #served = 0;

  constructor(options: KeeperOptions) {
    this.#options = options;
    this.#loop = this.#keep();
  }

  get process(): PredictorProcess | null {
    return this.#process;
  }

  /** Why no process can be started here; null while that is not so. */
  get error(): KnownError | null {
    return this.#starts.error;
  }

  /** Why the last start here failed; null where none has since one succeeded. */
  get lastFailure(): KnownError | null {
    return this.#starts.lastFailure;
  }

  /** A workload has ended in its process, so that the next death is no sign of a process that cannot serve. */
  servedOne(): void {
    this.#served += 1;
  }

  /** Starts no further process, and ends this one: in order within `graceMs`, or at once when that is null. */
  async stop(graceMs: number | null): Promise<void> {
    this.#stopped.abort();
    await (graceMs === null ? this.#process?.kill() : this.#process?.stop(graceMs));
    await this.#loop;
  }

  async #keep(): Promise<void> {
    while (!this.#stopped.signal.aborted) {
      const delayMs = await this.#live();
      if (delayMs > 0) await pause(delayMs, this.#stopped.signal);
    }
  }

  /** One life of a process; resolves to how long to wait before the next. */
  async #live(): Promise<number> {
    const { logger } = this.#options;
    try {
      this.#process = await this.#options.start();
    } catch (error) {
      return this.#startFailed(startError(error));
    }
    const process = this.#process;
    if (this.#isStopped()) await process.kill();
    try {
      await process.ready;
    } catch (error) {
      await process.kill();
      this.#process = null;
      if (this.#isStopped()) return 0;
      return this.#startFailed(startError(error));
    }
    this.#starts.succeeded();
    const servedBefore = this.#served;
    this.#options.onReady(process);
    const exit = await process.exited;
    this.#options.onExit(process);
    await process.gone;
    this.#process = null;
    if (this.#isStopped()) return 0;
    logger.warning(`the predictor process ${process.pid} ended while serving: ${describeExit(exit)}`);
    this.#options.onRestart(exitCause(exit));
    this.#barrenDeaths = this.#served > servedBefore ? 0 : this.#barrenDeaths + 1;
    return this.#barrenDeaths > 1 ? backOffMs(this.#barrenDeaths - 1) : 0;
  }

  /** A method, since the type checker takes what it has seen false once for false after a wait too. */
  #isStopped(): boolean {
    return this.#stopped.signal.aborted;
  }

  #startFailed(error: KnownError): number {
    const { logger } = this.#options;
    this.#starts.failed(error);
    this.#options.onRestart('start');
    const { delayMs } = this.#starts;
    logger.error(`${messageOf(error)}\n${error.fix} Next try in ${(delayMs / 1000).toFixed(1)} s.`);
    this.#options.onFailed();
    return delayMs;
  }
}
