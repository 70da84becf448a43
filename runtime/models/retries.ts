/** What is to be tried again later. */
export class Retries {
  readonly #timers = new Set<NodeJS.Timeout>();

  /** `at` by `performance.now()`; Infinity means never. */
  plan(at: number, act: () => void): void {
    if (at === Infinity) return;
    const timer = setTimeout(
      () => {
        this.#timers.delete(timer);
        act();
        // A timer may be early by a millisecond.
      },
      Math.ceil(at - performance.now()) + 1,
    );
    this.#timers.add(timer.unref());
  }

  clear(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }
}
