import type { PredictorProcess } from '../predictor/process.ts';

/** The places for running `predict`s in one process that is ready. */
export class Slots {
  readonly process: PredictorProcess;
  readonly #count: number;
  #taken = 0;
  #closed = false;

  constructor(process: PredictorProcess, count: number) {
    this.process = process;
    this.#count = count;
  }

  get inFlight(): number {
    return this.#taken;
  }

  get hasFreeSlot(): boolean {
    return !this.#closed && this.process.alive && this.#taken < this.#count;
  }

  take(): void {
    this.#taken += 1;
  }

  release(): void {
    this.#taken -= 1;
  }

  /** The process has ended or is about to: it takes nothing more. */
  close(): void {
    this.#closed = true;
  }
}
