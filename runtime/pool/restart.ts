import type { KnownError } from '../errors/known-error.ts';
import { isShortage } from '../processes/shortage.ts';

/** Starts that fail in a row at each of its places, after which an API is in `error`. */
export const START_FAILURES_LIMIT = 5;
/** How long a place then waits before it tries again, unless the machine was short of something: that may be there at any moment. */
export const ERROR_RETRY_MS = 5 * 60 * 1000;
const FIRST_DELAY_MS = 250;
const MAX_DELAY_MS = 30_000;

/** Exponential back-off with full jitter on its upper half, so that many processes do not start in step. */
export function backOffMs(failures: number, random: () => number = Math.random): number {
  const ceiling = Math.min(MAX_DELAY_MS, FIRST_DELAY_MS * 2 ** (failures - 1));
  return ceiling / 2 + random() * (ceiling / 2);
}

/** Counts starts that fail in a row at one place of an API. A start that the machine had no room for says nothing of the predictor, and is counted apart. */
export class StartRecord {
  #failures = 0;
  #shortages = 0;
  #error: KnownError | null = null;
  #last: KnownError | null = null;

  failed(error: KnownError): void {
    this.#last = error;
    if (isShortage(error)) {
      this.#shortages += 1;
      if (this.#shortages >= START_FAILURES_LIMIT) this.#error = error;
    } else {
      this.#shortages = 0;
      this.#failures += 1;
      if (this.#failures >= START_FAILURES_LIMIT || this.#error !== null) this.#error = error;
    }
  }

  succeeded(): void {
    this.#failures = 0;
    this.#shortages = 0;
    this.#error = null;
    this.#last = null;
  }

  /** What is in the way, from when too many starts of one kind have failed until one succeeds; else null. */
  get error(): KnownError | null {
    return this.#error;
  }

  /** Why the last start failed; null where none has since one succeeded. */
  get lastFailure(): KnownError | null {
    return this.#last;
  }

  /** How long the next start waits. */
  get delayMs(): number {
    if (this.#shortages > 0) return backOffMs(this.#shortages);
    if (this.#failures >= START_FAILURES_LIMIT) return ERROR_RETRY_MS;
    return this.#failures === 0 ? 0 : backOffMs(this.#failures);
  }
}
