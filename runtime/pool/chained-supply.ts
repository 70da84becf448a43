import { messageOf } from '../errors/render.ts';
import type { Logger } from '../log/logger.ts';
import type { Lease, WorkloadStore } from '../workloads/store.ts';

export interface ChainedSupplyOptions {
  readonly api: string;
  readonly store: WorkloadStore;
  readonly logger: Logger;
  readonly arrived: (leases: readonly Lease[]) => void;
}

/**
 * The workloads that predictors have submitted, or asked for, and that have not begun. While the pool drains they are leased by name: a
 * `predict` in flight may wait for them, and would wait for ever behind a queue that nobody serves.
 */
export class ChainedSupply {
  readonly #options: ChainedSupplyOptions;
  readonly #ids = new Set<string>();
  #state: 'noting' | 'open' | 'closed' = 'noting';
  #leasing = false;

  constructor(options: ChainedSupplyOptions) {
    this.#options = options;
  }

  add(id: string): void {
    if (this.#state !== 'closed') this.#ids.add(id);
  }

  /** It has begun, or was cancelled. */
  forget(id: string): void {
    this.#ids.delete(id);
  }

  /** From now on `refill` leases. */
  open(): void {
    this.#state = 'open';
  }

  close(): void {
    this.#state = 'closed';
    this.#ids.clear();
  }

  /** To be called whenever `wanted` of them could begin. */
  refill(wanted: number): void {
    if (this.#state !== 'open' || this.#leasing || wanted <= 0 || this.#ids.size === 0) return;
    this.#leasing = true;
    void this.#lease([...this.#ids].slice(0, wanted));
  }

  async #lease(ids: readonly string[]): Promise<void> {
    const { store, api, logger, arrived } = this.#options;
    for (const id of ids) this.#ids.delete(id);
    let leases: readonly Lease[] = [];
    try {
      leases = await store.leaseNamed(api, ids);
    } catch (error) {
      logger.error(`what other predictors wait for could not be leased: ${messageOf(error)}`);
    }
    this.#leasing = false;
    arrived(leases);
  }
}
