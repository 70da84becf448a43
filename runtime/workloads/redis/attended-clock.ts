/**
 * A clock of the time in which this process could have heard something: while it stood still itself (suspended, or without a processor) others may have
 * answered, which it finds only after its timers.
 */
export class AttendedClock {
  readonly #everyMs: number;
  #ms = 0;
  #tickedAt = performance.now();

  /** @param everyMs how often `tick` is called, as long as this process gets to it */
  constructor(everyMs: number) {
    this.#everyMs = everyMs;
  }

  /** In ms, from an arbitrary beginning. */
  now(): number {
    return this.#ms + Math.min(performance.now() - this.#tickedAt, this.#everyMs);
  }

  /** Returns what `now` does. */
  tick(): number {
    this.#ms = this.now();
    this.#tickedAt = performance.now();
    return this.#ms;
  }
}
