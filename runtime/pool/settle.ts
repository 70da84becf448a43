import { pause } from './pause.ts';
import { KnownError } from '../errors/known-error.ts';
import { messageOf } from '../errors/render.ts';
import type { Logger } from '../log/logger.ts';
import { Refusals } from './refusals.ts';

/** After which an outcome that could not be stored is tried again. */
export const RETRY_MS = 1000;

/** Outcomes that may wait for the store before no further workload is begun. */
const MAX_OPEN = 64;
/**
 * Results that may wait for room in the store, together, while further workloads are begun: they are in memory meanwhile. As much as one may have, so that
 * none alone holds up the others of its API. Source: what `PONS_ROOM_BYTES` has for them in a container
 */
const MAX_WAITING_BYTES = 100 * 1024 * 1024;

/** Outcomes that are not stored yet: they are tried again until the store takes them, for instance when a full disk has room again. */
export class Settlements {
  readonly #logger: Logger;
  readonly #abandoned: AbortSignal;
  readonly #changed: () => void;
  readonly #open = new Set<Promise<void>>();
  readonly #refusals = new Refusals();

  /**
   * @param abandoned ends the retries; what is not stored then runs again after the next start
   * @param changed called after each outcome that was stored, when `open` counts it no more, or refused: either may change `isFull`, so that work can go
   * on or has to go back
   */
  constructor(logger: Logger, abandoned: AbortSignal, changed: () => void) {
    this.#logger = logger;
    this.#abandoned = abandoned;
    this.#changed = changed;
  }

  get open(): number {
    return this.#open.size;
  }

  /** How many could not be stored when that was last tried. */
  get refused(): number {
    return this.#refusals.count;
  }

  /** Whether so much waits that no further workload may be begun. Those that wait for room count by their size: others may be stored meanwhile. */
  get isFull(): boolean {
    return this.open - this.#refusals.waiting >= MAX_OPEN || this.isOutOfRoom;
  }

  /** As `isFull`, because of results that wait for room. */
  get isOutOfRoom(): boolean {
    return this.#refusals.waitingBytes > MAX_WAITING_BYTES;
  }

  /** Why no further workload is begun; null while some are, or will be as soon as what is under way is stored. */
  get stall(): KnownError | null {
    const { count, waiting } = this.#refusals;
    if (!this.isFull || (!this.isOutOfRoom && count - waiting < MAX_OPEN)) return null;
    return KnownError.of('PONS_ERR_WORKLOAD_OUTCOMES_WAIT', { count, reason: messageOf(this.#refusals.newest) });
  }

  /**
   * Stores one outcome.
   * @param bytes how large its result is
   * @param openMs after which `open` counts it no more; it is tried on all the same
   */
  settle(
    store: () => Promise<unknown>,
    { bytes = 0, openMs = Number.POSITIVE_INFINITY }: { readonly bytes?: number; readonly openMs?: number } = {},
  ): void {
    const retried = this.#retry(store, { bytes });
    const isBounded = openMs < Number.POSITIVE_INFINITY;
    const counted = isBounded ? Promise.race([retried, pause(openMs, this.#abandoned)]) : retried;
    const settlement = counted.finally(() => {
      this.#open.delete(settlement);
      this.#changed();
    });
    this.#open.add(settlement);
  }

  async allSettled(): Promise<void> {
    while (this.#open.size > 0) await Promise.all(this.#open);
  }

  async #retry(store: () => Promise<unknown>, outcome: { readonly bytes: number }): Promise<void> {
    let told = '';
    while (!this.#abandoned.aborted) {
      try {
        await store();
        break;
      } catch (error) {
        this.#refusals.note(outcome, error);
        const message = messageOf(error);
        if (message !== told) this.#logger.error(`an outcome could not be stored and is kept in memory: ${message}`);
        told = message;
        this.#changed();
        await pause(RETRY_MS, this.#abandoned);
      }
    }
    this.#refusals.forget(outcome);
  }
}
