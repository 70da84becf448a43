import type { PredictorProcess } from '../predictor/process.ts';

/** The places for running `predict`s in one process that is ready, and for those that wait in it behind them. */
export class Slots {
  readonly process: PredictorProcess;
  readonly #count: number;
  readonly #ahead: () => number;
  #taken = 0;
  #lastEndAt = 0;
  #closed = false;

  /** @param ahead how many may wait in the process now */
  constructor(process: PredictorProcess, count: number, ahead: () => number) {
    this.process = process;
    this.#count = count;
    this.#ahead = ahead;
  }

  get inFlight(): number {
    return this.#taken;
  }

  get hasFreeSlot(): boolean {
    return !this.#closed && this.process.alive && this.#taken < this.#count + this.#ahead();
  }

  take(): void {
    this.#taken += 1;
  }

  release(): void {
    this.#taken -= 1;
    this.#lastEndAt = performance.now();
  }

  /** How long one has run that was given to the process at `givenAt` (`performance.now()`): waiting behind another is no running. */
  runMs(givenAt: number): number {
    return performance.now() - (this.#count === 1 ? Math.max(givenAt, this.#lastEndAt) : givenAt);
  }

  /** The process has ended or is about to: it takes nothing more. */
  close(): void {
    this.#closed = true;
  }
}
