/** Who wants to know when workloads of an API come into the queue. */
export class Listeners {
  readonly #byApi = new Map<string, Set<() => void>>();

  /** Returns how to stop it. The same function may listen twice. */
  add(api: string, listener: () => void): () => void {
    const listeners = this.#byApi.get(api) ?? new Set();
    this.#byApi.set(api, listeners);
    const own = (): void => {
      listener();
    };
    listeners.add(own);
    return () => {
      listeners.delete(own);
    };
  }

  /** Whether anybody would hear of this API. */
  has(api: string): boolean {
    return (this.#byApi.get(api)?.size ?? 0) > 0;
  }

  call(api: string): void {
    for (const listener of this.#byApi.get(api) ?? []) listener();
  }
}
