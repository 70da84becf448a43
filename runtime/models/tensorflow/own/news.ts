/** Something that others wait for. */
export class News {
  readonly #waiting = new Set<() => void>();

  /** Resolves with the next `tell`, or after `ms`. Rejects with the reason of `signal`. */
  next(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const end = (act: () => void): void => {
        clearTimeout(timer);
        this.#waiting.delete(told);
        signal.removeEventListener('abort', abort);
        act();
      };
      const told = (): void => {
        end(resolve);
      };
      const abort = (): void => {
        end(() => {
          reject(signal.reason as Error);
        });
      };
      const timer = setTimeout(told, ms);
      this.#waiting.add(told);
      signal.addEventListener('abort', abort, { once: true });
    });
  }

  tell(): void {
    for (const told of [...this.#waiting]) told();
  }
}
