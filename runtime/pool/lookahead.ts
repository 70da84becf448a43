/** Work that is leased ahead of the free slots: enough that none waits for the store, little enough that none is held hostage. */
const AHEAD_MS = 50;
const MAX_AHEAD_PER_SLOT = 128;
/**
 * Runs this short are outweighed by what it costs to wake a process for each: further ones wait in the process itself. As many as it works off
 * while this thread serves a burst of requests, in which it gives out none.
 */
const SHORT_RUN_MS = 2;
const IN_PROCESS_MS = 10;
const MAX_IN_PROCESS = 31;
/** Weight of the newest run in the moving average. */
const WEIGHT = 0.2;

/** Decides how many workloads to hold, from the recent run times of one API. */
export class Lookahead {
  #averageRunMs: number | null = null;

  ran(runMs: number): void {
    this.#averageRunMs =
      this.#averageRunMs === null ? runMs : this.#averageRunMs + WEIGHT * (runMs - this.#averageRunMs);
  }

  /** Takes a time that was measured from outside the process, which is never too short. */
  ranAtMost(runMs: number): void {
    this.ran(this.#averageRunMs === null ? runMs : Math.min(runMs, this.#averageRunMs));
  }

  /** Workloads that may wait in a process behind the one that runs. */
  get inProcess(): number {
    if (this.#averageRunMs === null || this.#averageRunMs >= SHORT_RUN_MS) return 0;
    return Math.floor(IN_PROCESS_MS / Math.max(this.#averageRunMs, IN_PROCESS_MS / MAX_IN_PROCESS));
  }

  /** Workloads to hold beyond the free slots. None until a run time is known. */
  ahead(slots: number): number {
    if (this.#averageRunMs === null) return 0;
    const perSlot = AHEAD_MS / Math.max(this.#averageRunMs, AHEAD_MS / MAX_AHEAD_PER_SLOT);
    return Math.floor(perSlot * slots);
  }

  /**
   * Workloads to lease now. Half of what may be held is the mark below which more are leased, so that one lease brings many.
   * @param running workloads in slots
   * @param waiting workloads that are leased and not begun
   */
  wanted(slots: number, running: number, waiting: number): number {
    const ahead = this.ahead(slots);
    return waiting <= ahead / 2 ? Math.max(0, slots - running + ahead - waiting) : 0;
  }
}
