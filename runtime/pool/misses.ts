/** Deaths in a row that a workload is most likely not to blame for, before it is. */
const MISSES_LIMIT = 3;

/**
 * Workloads that were given to a process which died before it began them, or of what the kernel had killed before. Mostly they only came at the wrong moment,
 * but one that kills whoever takes it in, by its size for instance, must not come back for ever.
 */
export class Misses {
  readonly #inARow = new Map<string, number>();

  /** Counts a miss of this workload; whether that was one too many. */
  isBlamed(id: string): boolean {
    const misses = (this.#inARow.get(id) ?? 0) + 1;
    if (misses > MISSES_LIMIT) return true;
    this.#inARow.set(id, misses);
    return false;
  }

  /** Something else became of it. */
  forget(id: string): void {
    this.#inARow.delete(id);
  }
}
