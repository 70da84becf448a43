import { codes } from '../../bridge/node/codes.ts';
import type { Connection } from '../../bridge/node/connection.ts';
import { BridgeError } from '../../bridge/node/messages.ts';
import { down, type PredictResult } from '../../bridge/node/methods.ts';
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
  /** Resolves, when the process has ended, with what that makes of the calls that ran. */
  readonly ended: () => Promise<PredictOutcome>;
  /** The requests that had begun last, asked for after that; null where it is unknown. */
  readonly begun: () => ReadonlySet<number> | null;
  /** Called when the first of several calls begins, and when the last one has ended. */
  readonly busy: (busy: boolean) => void;
}

/** The `predict` calls that one process has been given. */
export class Calls {
  readonly #options: CallsOptions;
  /** Workload id to the id of its request, in the order in which they were sent. */
  readonly #open = new Map<string, number>();

  constructor(options: CallsOptions) {
    this.#options = options;
  }

  /** Never rejects: every way that a call can end is an outcome. */
  async run({ id, contentType, payload }: Work): Promise<PredictOutcome> {
    const { connection, output, ended, begun, busy } = this.#options;
    if (connection.isClosed) return { kind: 'returned' };
    output.began(id);
    if (this.#open.size === 0) busy(true);
    let marks = 0;
    try {
      const answer = await connection.request(down.predict, { id, contentType }, payload, (requestId) => {
        this.#open.set(id, requestId);
      });
      const value = answer.value as PredictResult;
      marks = value.marks;
      return { kind: 'completed', result: answer.body, runMs: value.runMs };
    } catch (error) {
      if (!(error instanceof BridgeError) || error.code === codes.CONNECTION_CLOSED) {
        // Answers are read before the end is told: of what is open, only the first can have begun.
        const isNext = this.runs(id);
        const requestId = this.#open.get(id) ?? 0;
        const outcome = await ended();
        const noted = begun();
        if (noted === null ? isNext : noted.has(requestId)) return outcome;
        return isNext && outcome.kind === 'died' ? { kind: 'missed', error: outcome.error } : { kind: 'returned' };
      }
      marks = marksOf(error.data);
      return outcomeOf(error);
    } finally {
      output.ended(id, marks);
      this.#open.delete(id);
      if (this.#open.size === 0) busy(false);
    }
  }

  /** Whether this call has begun and has not ended, as far as the answers tell. */
  runs(id: string): boolean {
    const at = [...this.#open.keys()].indexOf(id);
    return at >= 0 && at < this.#options.threads;
  }

  /** Asks an open call to give up; it ends by its outcome. False when it does not run here. */
  cancel(id: string): boolean {
    const requestId = this.#open.get(id);
    if (requestId === undefined) return false;
    this.#options.connection.cancel(requestId);
    return true;
  }
}

/** Every error that answers `predict` tells its marks too; that of a connection that broke does not. */
function marksOf(data: unknown): number {
  const marks = (data as { marks?: unknown } | null)?.marks;
  return typeof marks === 'number' ? marks : 0;
}
