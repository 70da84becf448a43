import type { PredictorProcess } from '../predictor/process.ts';
import type { Body, Lease } from '../workloads/store.ts';

/** Bytes of payloads that may wait in one process: what waits there lies in a pipe, and a cancellation has to come past it. */
const MAX_WAITING_BYTES = 1024 * 1024;

/** The places for running `predict`s in one process that is ready, and for those that wait in it behind them. */
export class Slots {
  readonly process: PredictorProcess;
  readonly #count: number;
  readonly #ahead: () => number;
  #taken = 0;
  #takenBytes = 0;
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

  /** Whether it can take this workload: to run it, or to keep it for the moment when it can. */
  hasRoomFor({ payload }: Pick<Lease, 'payload'>): boolean {
    if (this.#closed || !this.process.alive) return false;
    if (this.#taken < this.#count) return true;
    if (this.#taken >= this.#count + this.#ahead() || !this.process.isQuiet) return false;
    return payload.kind === 'bytes' && this.#takenBytes + sizeOf(payload) <= MAX_WAITING_BYTES;
  }

  take({ payload }: Pick<Lease, 'payload'>): void {
    this.#taken += 1;
    this.#takenBytes += sizeOf(payload);
  }

  release({ payload }: Pick<Lease, 'payload'>): void {
    this.#taken -= 1;
    this.#takenBytes -= sizeOf(payload);
  }

  /** The process has ended or is about to: it takes nothing more. */
  close(): void {
    this.#closed = true;
  }
}

function sizeOf(body: Body): number {
  return body.kind === 'bytes' ? body.bytes.byteLength : body.sizeBytes;
}
