import { codes } from '../../bridge/node/codes.ts';
import type { Connection } from '../../bridge/node/connection.ts';
import { BridgeError } from '../../bridge/node/messages.ts';
import { encodePredict, type PredictResult } from '../../bridge/node/methods.ts';
import type { MemoryWatch } from './memory/memory-watch.ts';
import type { Output } from './output.ts';
import { outcomeOf, type PredictOutcome } from './outcome.ts';

/** A payload for `predict`, unparsed. */
export interface Work {
  readonly id: string;
  readonly contentType: string;
  readonly payload: Uint8Array;
}

export interface CallsOptions {
  readonly connection: Connection;
  readonly output: Output;
  /** Calls that run at a time; further ones wait in the process, in their order. */
  readonly threads: number;
  /** The interpreter of `--python`, for messages; null where there is none. */
  readonly givenPython: string | null;
  /** Resolves, when the process has ended, with what that makes of the calls that ran. */
  readonly ended: () => Promise<PredictOutcome>;
  /** The requests that had begun last, asked for after that; null where it is unknown. */
  readonly begun: () => ReadonlySet<number> | null;
  /** Is told what begins, and tells whether that can have been the end of the process. */
  readonly memory: Pick<MemoryWatch, 'begins' | 'blames'>;
  /** Called when the first of several calls begins, and when the last one has ended. */
  readonly busy: (busy: boolean) => void;
  /** Makes what runs in the process look for its cancellation. */
  readonly interrupt: () => void;
}

interface Call {
  readonly requestId: number;
  readonly begins: () => void;
  hasBegun: boolean;
  begunAt: number;
  isCancelled: boolean;
}

/** The `predict` calls that one process has been given. */
export class Calls {
  readonly #options: CallsOptions;
  /** By workload id, in the order in which they were sent. */
  readonly #open = new Map<string, Call>();

  constructor(options: CallsOptions) {
    this.#options = options;
  }

  /**
   * Never rejects: every way that a call can end is an outcome.
   * @param begins called when nothing is before it any more; never when the process ends first
   */
  async run({ id, contentType, payload }: Work, begins: () => void): Promise<PredictOutcome> {
    const { connection, output, ended, begun, memory, busy } = this.#options;
    if (connection.isClosed) return { kind: 'returned' };
    if (this.#open.size === 0) busy(true);
    let marks = 0;
    let call: Call | undefined;
    try {
      const answer = await connection.call(encodePredict({ id, contentType }), payload, (requestId) => {
        output.began(id);
        call = { requestId, begins, hasBegun: false, begunAt: 0, isCancelled: false };
        this.#open.set(id, call);
        this.#beginNext();
      });
      const value = answer.value as PredictResult;
      marks = value.marks;
      return { kind: 'completed', result: answer.body, runMs: value.runMs };
    } catch (error) {
      if (!(error instanceof BridgeError) || error.code === codes.CONNECTION_CLOSED) {
        // Answers are read before the end is told: of what is open, only the first can have begun.
        const isNext = call?.hasBegun === true;
        const outcome = await ended();
        const noted = begun();
        const hadBegun = noted === null ? isNext : noted.has(call?.requestId ?? 0);
        if (hadBegun && memory.blames(call?.begunAt ?? 0)) return outcome;
        return (isNext || hadBegun) && outcome.kind === 'died'
          ? { kind: 'missed', error: outcome.error }
          : { kind: 'returned' };
      }
      marks = marksOf(error.data);
      return outcomeOf(error, this.#options.givenPython);
    } finally {
      output.ended(id, marks);
      this.#ended(id, call);
    }
  }

  /** Whether this call has begun and has not ended, as far as the answers tell. */
  runs(id: string): boolean {
    return this.#open.get(id)?.hasBegun === true;
  }

  /** Asks an open call to give up; it ends by its outcome. False when it does not run here. */
  cancel(id: string): boolean {
    const call = this.#open.get(id);
    if (call === undefined) return false;
    call.isCancelled = true;
    this.#options.connection.cancel(call.requestId);
    // A signal for one that waits could break off a call of the system that another one makes.
    if (call.hasBegun) this.#options.interrupt();
    return true;
  }

  /** A later call may have the same id: its workload was lost and leased anew. That one goes on. */
  #ended(id: string, call: Call | undefined): void {
    if (this.#open.get(id) !== call) return;
    this.#open.delete(id);
    if (!this.#options.connection.isClosed) this.#beginNext();
    if (this.#open.size === 0) this.#options.busy(false);
  }

  #beginNext(): void {
    let running = 0;
    for (const call of this.#open.values()) {
      if (++running > this.#options.threads) return;
      if (call.hasBegun) continue;
      call.hasBegun = true;
      call.begunAt = performance.now();
      this.#options.memory.begins();
      call.begins();
      if (call.isCancelled) this.#options.interrupt();
    }
  }
}

/** Every error that answers `predict` tells its marks too; that of a connection that broke does not. */
function marksOf(data: unknown): number {
  const marks = (data as { marks?: unknown } | null)?.marks;
  return typeof marks === 'number' ? marks : 0;
}
