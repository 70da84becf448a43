import type { EndStatus } from './states.ts';
import type { EndListener } from './store.ts';

/** The end of one workload. */
export type Ended = readonly [api: string, status: EndStatus];

/** Who wants to know how workloads end. */
export class EndListeners {
  readonly #listeners = new Set<EndListener>();
  /** What ended before anybody could listen: when the store was opened. */
  #unheard: readonly Ended[];

  constructor(unheard: readonly Ended[]) {
    this.#unheard = unheard;
  }

  /** Returns how to stop it. The same function may listen twice. */
  add(listener: EndListener): () => void {
    const own: EndListener = (api, status) => {
      listener(api, status);
    };
    this.#listeners.add(own);
    const unheard = this.#unheard;
    this.#unheard = [];
    this.call(unheard);
    return () => {
      this.#listeners.delete(own);
    };
  }

  call(ended: readonly Ended[]): void {
    for (const [api, status] of ended) {
      for (const listener of this.#listeners) listener(api, status);
    }
  }
}
