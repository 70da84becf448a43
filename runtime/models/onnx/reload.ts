import { setTimeout as pause } from 'node:timers/promises';
import { isShortage } from '../../processes/shortage.ts';
import { ModelError } from '../model-error.ts';
import { NoProcessError, ProcessEndedError } from './process-ended.ts';

/** How often a model is loaded whose process ends meanwhile: it may be another model that has ended it. */
const TRIES = 3;
/** How long a model that could not be loaded again is left alone, at least; as much again at most: two models of a process are not to be loaded in step. */
const REST_MS = 1500;

/**
 * Loads a model, and again where its process ends meanwhile; who needs it at the same time shares that. From the second failure in a row on it rests in between: a
 * model that ends its process as it is loaded would keep the machine busy with that.
 */
export class Reload<T> {
  readonly #load: () => Promise<T>;
  readonly #tries: number;
  readonly #stopping = new AbortController();
  #going: Promise<T> | null = null;
  /** By the clock of `performance`. */
  #restUntil = 0;
  /** null where the last time there was none. */
  #failure: ModelError | null = null;

  /**
   * @param load rejects with `ModelError`, whose `cause` is a `ProcessEndedError` where that kept it from being loaded
   * @param tries at how many ends of its process `again` gives up; at the first, where it failed the last time
   */
  constructor(load: () => Promise<T>, tries = TRIES) {
    this.#load = load;
    this.#tries = tries;
  }

  /** Rejects as `load` does. */
  again(): Promise<T> {
    // What is wrong with the files is wrong in a moment, too; a process that ended may have been ended from outside.
    if (this.#failure !== null && !hasEnded(this.#failure) && this.#restMs() > 0) return Promise.reject(this.#failure);
    this.#going ??= this.#try().finally(() => {
      this.#going = null;
    });
    return this.#going;
  }

  /** Resolves when nothing is loaded any more; nothing is to be asked for after this. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#going?.catch(() => undefined);
  }

  async #try(): Promise<T> {
    for (let left = this.#failure === null ? this.#tries - 1 : 0; ; left--) {
      await this.#rest();
      if (this.#failure !== null && this.#stopping.signal.aborted) throw this.#failure;
      try {
        const loaded = await this.#load();
        this.#failure = null;
        return loaded;
      } catch (error) {
        this.#note(error);
        if (left === 0 || !hasEnded(error) || this.#stopping.signal.aborted) throw error;
      }
    }
  }

  #note(error: unknown): void {
    // What the machine lacked may be there at any moment.
    if (!(error instanceof ModelError) || isShortage(error.cause)) return;
    if (this.#failure !== null) this.#restUntil = performance.now() + REST_MS * (1 + Math.random());
    this.#failure = error;
  }

  async #rest(): Promise<void> {
    const ms = this.#restMs();
    if (ms <= 0) return;
    await pause(ms, undefined, { signal: this.#stopping.signal }).catch(() => undefined);
  }

  #restMs(): number {
    return this.#restUntil - performance.now();
  }
}

function hasEnded(error: unknown): boolean {
  return (
    error instanceof ModelError && error.cause instanceof ProcessEndedError && !(error.cause instanceof NoProcessError)
  );
}
