/** Whether this process could do more than it has to do. */
export class HandsFree {
  #isSet = false;
  readonly #waiting: (() => void)[] = [];

  set(): void {
    this.#isSet = true;
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  clear(): void {
    this.#isSet = false;
  }

  /** Resolves at once where they are, else when they become free. */
  wait(): Promise<void> {
    if (this.#isSet) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push(resolve));
  }
}
