import type { Logger } from '../log/logger.ts';
import { describeVersion, type ModelVersion } from './model-version.ts';

/** A model in memory. */
export interface Releasable {
  /** To be called once, when its last call has ended. */
  release(): Promise<void>;
}

/** For how long a model that was described but not called yet is kept from making room for others. */
export const PROMISE_MS = 2000;

let uses = 0;

/** One load of one version, released when it is retired and its last call has ended. */
export class HeldModel<M extends Releasable> {
  readonly version: ModelVersion;
  readonly model: M;
  /** The higher, the later it was described or called. */
  lastUse = 0;
  readonly #logger: Logger;
  readonly #released: Promise<void>;
  #free: () => void = () => undefined;
  #calls = 0;
  #isRetired = false;
  #promisedUntil = 0;

  constructor(version: ModelVersion, model: M, logger: Logger) {
    this.version = version;
    this.model = model;
    this.#logger = logger;
    this.#released = new Promise<void>((resolve) => {
      this.#free = resolve;
    }).then(() => this.#release());
    this.promise();
  }

  /** Whether its last call, where there is one, is all that keeps it in memory. */
  get isRetired(): boolean {
    return this.#isRetired;
  }

  /** Whether it was described a moment ago: the call that is about to come would find it gone, again and again. */
  get isPromised(): boolean {
    return performance.now() < this.#promisedUntil;
  }

  /** Notes that a call is about to come. */
  promise(): void {
    this.#touch();
    this.#promisedUntil = performance.now() + PROMISE_MS;
  }

  async use<T>(act: (model: M) => Promise<T>): Promise<T> {
    this.#touch();
    this.#promisedUntil = 0;
    this.#calls += 1;
    try {
      return await act(this.model);
    } finally {
      this.#calls -= 1;
      this.#freeIfDue();
    }
  }

  /** Resolves when it is released, after its last call. */
  retire(): Promise<void> {
    this.#isRetired = true;
    this.#freeIfDue();
    return this.#released;
  }

  #touch(): void {
    uses += 1;
    this.lastUse = uses;
  }

  #freeIfDue(): void {
    if (this.#isRetired && this.#calls === 0) this.#free();
  }

  async #release(): Promise<void> {
    try {
      await this.model.release();
    } catch (error) {
      this.#logger.warning(`${describeVersion(this.version)} could not be released: ${String(error)}`);
    }
  }
}
