import { messageOf } from '../errors/render.ts';
import type { Logger } from '../log/logger.ts';
import type { Lease, WorkloadStore } from '../workloads/store.ts';
import { pause } from './pause.ts';

const RETRY_MS = 1000;

export interface SupplyOptions {
  readonly api: string;
  readonly store: WorkloadStore;
  readonly logger: Logger;
  /** How many workloads are wanted now; asked before each lease. */
  readonly wanted: () => number;
  readonly arrived: (leases: readonly Lease[]) => void;
}

/** Leases workloads from the store, one lease at a time, whenever some are wanted and the queue may hold some. */
export class Supply {
  readonly #options: SupplyOptions;
  readonly #stopListening: () => void;
  #leasing: Promise<void> | null = null;
  #queueMayHold = true;
  readonly #stop = new AbortController();

  constructor(options: SupplyOptions) {
    this.#options = options;
    this.#stopListening = options.store.onQueued(options.api, () => {
      this.#queueMayHold = true;
      this.refill();
    });
  }

  /** To be called whenever more may be wanted than before. */
  refill(): void {
    if (this.#leasing !== null || this.#stop.signal.aborted || !this.#queueMayHold) return;
    const wanted = this.#options.wanted();
    if (wanted === 0) return;
    this.#leasing = this.#lease(wanted).finally(() => {
      this.#leasing = null;
      this.refill();
    });
  }

  /** Leases nothing more; what a lease under way brings still arrives before this resolves. */
  async stop(): Promise<void> {
    this.#stop.abort();
    this.#stopListening();
    await this.#leasing;
  }

  async #lease(wanted: number): Promise<void> {
    const { store, api, logger, arrived } = this.#options;
    this.#queueMayHold = false;
    try {
      const { leases, more } = await store.lease(api, wanted);
      if (more) this.#queueMayHold = true;
      if (leases.length > 0) arrived(leases);
    } catch (error) {
      logger.error(`no workload could be leased: ${messageOf(error)}`);
      await pause(RETRY_MS, this.#stop.signal);
      this.#queueMayHold = true;
    }
  }
}
