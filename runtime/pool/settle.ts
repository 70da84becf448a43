import { pause } from './pause.ts';
import { messageOf } from '../errors/render.ts';
import type { Logger } from '../log/logger.ts';

/** After which an outcome that could not be stored is tried again. */
export const RETRY_MS = 1000;

/** Outcomes that are not stored yet: they are tried again until the store takes them, for instance when a full disk has room again. */
export class Settlements {
  readonly #logger: Logger;
  readonly #abandoned: AbortSignal;
  readonly #settled: () => void;
  readonly #open = new Set<Promise<void>>();

  /**
   * @param abandoned ends the retries; what is not stored then runs again after the next start
   * @param settled called after each stored outcome, when `open` counts it no more: work that waited for the store can go on
   */
  constructor(logger: Logger, abandoned: AbortSignal, settled: () => void) {
    this.#logger = logger;
    this.#abandoned = abandoned;
    this.#settled = settled;
  }

  get open(): number {
    return this.#open.size;
  }

  /**
   * Stores one outcome.
   * @param openMs after which `open` counts it no more; it is tried on all the same
   */
  settle(store: () => Promise<unknown>, openMs = Number.POSITIVE_INFINITY): void {
    const retried = this.#retry(store);
    const isBounded = openMs < Number.POSITIVE_INFINITY;
    const counted = isBounded ? Promise.race([retried, pause(openMs, this.#abandoned)]) : retried;
    const settlement = counted.finally(() => {
      this.#open.delete(settlement);
      this.#settled();
    });
    this.#open.add(settlement);
  }

  async allSettled(): Promise<void> {
    while (this.#open.size > 0) await Promise.all(this.#open);
  }

  async #retry(store: () => Promise<unknown>): Promise<void> {
    let told = '';
    while (!this.#abandoned.aborted) {
      try {
        await store();
        return;
      } catch (error) {
        const message = messageOf(error);
        if (message !== told) this.#logger.error(`an outcome could not be stored and is kept in memory: ${message}`);
        told = message;
        await pause(RETRY_MS, this.#abandoned);
      }
    }
  }
}
