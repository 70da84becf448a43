import type { Lease } from '../workloads/store.ts';
import type { Slots } from './slots.ts';

/** Workloads that are leased and not begun, oldest first, and the rule that hands them out. */
export class Dispatch {
  readonly #waiting: Lease[] = [];
  readonly #runs: (id: string) => boolean;
  /** The process that is kept free for, or busy with, a workload that runs alone. */
  #reserved: Slots | null = null;
  #aloneRuns = false;

  /** @param runs whether a workload is still in a slot here: it was lost, and its new lease waits until the old run has ended */
  constructor(runs: (id: string) => boolean) {
    this.#runs = runs;
  }

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
    const all = [...processes];
    const alone = this.#aloneRuns ? undefined : this.#waiting.find((one) => one.alone && !this.#runs(one.id));
    if (alone !== undefined) {
      this.#reserved ??= leastBusy(all, alone);
      if (this.#reserved?.inFlight === 0) {
        this.#aloneRuns = true;
        return this.#take(alone, this.#reserved);
      }
    }
    const lease = this.#waiting.find((one) => !one.alone && !this.#runs(one.id));
    if (lease === undefined) return null;
    const others = all.filter((one) => one !== this.#reserved);
    const slots = leastBusy(others, lease);
    return slots === null ? null : this.#take(lease, slots);
  }

  /** To be called when a workload has left its slot, or its process has ended. */
  released(slots: Slots): void {
    if (slots !== this.#reserved || slots.inFlight > 0) return;
    this.#reserved = null;
    this.#aloneRuns = false;
  }

  #take(lease: Lease, slots: Slots): { readonly lease: Lease; readonly slots: Slots } {
    this.#waiting.splice(this.#waiting.indexOf(lease), 1);
    slots.take(lease);
    return { lease, slots };
  }
}

/** The process with the fewest workloads that has room for this one. */
function leastBusy(processes: readonly Slots[], lease: Lease): Slots | null {
  const free = processes.filter((one) => one.hasRoomFor(lease)).sort((a, b) => a.inFlight - b.inFlight);
  return free[0] ?? null;
}
