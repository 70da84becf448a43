import type { Lease } from '../workloads/store.ts';
import type { Slots } from './slots.ts';

/** Workloads that are leased and not begun, oldest first, and the rule that hands them out. */
export class Dispatch {
  readonly #waiting: Lease[] = [];
  /** The process that is kept free for, or busy with, a workload that runs alone. */
  #reserved: Slots | null = null;
  #aloneRuns = false;

  get waiting(): number {
    return this.#waiting.length;
  }

  add(leases: readonly Lease[]): void {
    this.#waiting.push(...leases);
  }

  /** Takes a workload out again that has not begun. */
  remove(id: string): void {
    const at = this.#waiting.findIndex((lease) => lease.id === id);
    if (at >= 0) this.#waiting.splice(at, 1);
  }

  removeAll(): Lease[] {
    return this.#waiting.splice(0);
  }

  /** The next workload and the process that begins it now, its slot taken; null when no slot or no workload fits. */
  next(processes: Iterable<Slots>): { readonly lease: Lease; readonly slots: Slots } | null {
    if (this.#waiting.length === 0) return null;
    const free = [...processes].filter((one) => one.hasFreeSlot).sort((a, b) => a.inFlight - b.inFlight);
    const alone = this.#aloneRuns ? -1 : this.#waiting.findIndex((lease) => lease.alone);
    if (alone >= 0) {
      this.#reserved ??= free[0] ?? null;
      if (this.#reserved?.inFlight === 0) {
        this.#aloneRuns = true;
        return this.#take(alone, this.#reserved);
      }
    }
    const slots = free.find((one) => one !== this.#reserved);
    const at = this.#waiting.findIndex((lease) => !lease.alone);
    return slots === undefined || at < 0 ? null : this.#take(at, slots);
  }

  /** To be called when a workload has left its slot, or its process has ended. */
  released(slots: Slots): void {
    if (slots !== this.#reserved || slots.inFlight > 0) return;
    this.#reserved = null;
    this.#aloneRuns = false;
  }

  #take(at: number, slots: Slots): { readonly lease: Lease; readonly slots: Slots } | null {
    const [lease] = this.#waiting.splice(at, 1);
    if (lease === undefined) return null;
    slots.take();
    return { lease, slots };
  }
}
