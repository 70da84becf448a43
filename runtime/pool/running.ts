import type { Lease } from '../workloads/store.ts';
import { cancelRunning } from './cancel-running.ts';
import type { Slots } from './slots.ts';

/** A workload in a slot. */
export interface Running {
  readonly lease: Lease;
  readonly slots: Slots;
  isCancelled: boolean;
  done: Promise<void>;
}

/** The workloads that are in slots, by id. */
export class RunningWorkloads {
  readonly #byId = new Map<string, Running>();

  get count(): number {
    return this.#byId.size;
  }

  get leases(): Lease[] {
    return [...this.#byId.values()].map(({ lease }) => lease);
  }

  has(id: string): boolean {
    return this.#byId.has(id);
  }

  /** Begins `run`, which is to resolve when the slot is free again. */
  begin(next: { readonly lease: Lease; readonly slots: Slots }, run: (running: Running) => Promise<void>): void {
    const running: Running = { ...next, isCancelled: false, done: Promise.resolve() };
    this.#byId.set(next.lease.id, running);
    running.done = run(running);
  }

  ended(running: Running): void {
    // It may have been lost and leased anew meanwhile.
    if (this.#byId.get(running.lease.id) === running) this.#byId.delete(running.lease.id);
  }

  /** Ends what a process does for a workload that has no use for it; nothing happens where none does. */
  cancel(id: string): void {
    const running = this.#byId.get(id);
    if (running === undefined) return;
    running.isCancelled = true;
    cancelRunning(id, running.slots.process, running.done);
  }
}
