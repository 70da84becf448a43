/**
 * A clock of the time in which this process could have heard something: while it stood still itself (suspended, or without a processor) others may have
 * answered, which it finds only after its timers.
 */
export class AttendedClock {
  readonly #mostMs: number;
  #ms = 0;
  #tickedAt = performance.now();

  /** @param mostMs what the time between two calls of `tick` counts as at most */
  constructor(mostMs: number) {
    this.#mostMs = mostMs;
  }

  /** In ms, from an arbitrary beginning. */
  now(): number {
    return this.#ms + Math.min(performance.now() - this.#tickedAt, this.#mostMs);
  }

  /** Returns what `now` does. */
  tick(): number {
    this.#ms = this.now();
    this.#tickedAt = performance.now();
    return this.#ms;
  }
}
