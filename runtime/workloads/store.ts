import type { Readable } from 'node:stream';
import type { KnownError } from '../errors/known-error.ts';
import type { ErrorView } from '../errors/render.ts';
import type { Body, OpenBody, ReceivedBody } from './body.ts';
import type { Carriage } from './carriage.ts';
import type { EndStatus, WorkloadStatus } from './states.ts';

export type { Body, OpenBody, ReceivedBody } from './body.ts';

export interface Submission {
  readonly api: string;
  readonly id: string;
  /** Nobody can have used this id before, so that it need not be looked for. */
  readonly isNewId: boolean;
  readonly contentType: string;
  readonly received: ReceivedBody;
}

/** `stored`: new. `known`: the same id with the same body was there before. `conflict`: the id was there with another body. */
export type SubmitOutcome = 'stored' | 'known' | 'conflict';

/** The right to run one workload. Whoever shows another token than the store's is refused. */
export interface LeaseRef {
  readonly api: string;
  readonly id: string;
  readonly token: string;
}

export interface Lease extends LeaseRef {
  readonly contentType: string;
  readonly payload: Body;
  /** 1 for the first run. Already counted, durably. */
  readonly attempt: number;
  /** It was in flight at two deaths: no other workload may run in its process meanwhile. */
  readonly alone: boolean;
  /** Epoch ms. */
  readonly submittedAt: number;
}

export interface Leased {
  readonly leases: readonly Lease[];
  /** Whether the queue held further workloads then. */
  readonly more: boolean;
}

/** Why a leased workload comes back: its process died in `predict` (which costs an attempt), or it never began. */
export type GiveBack = { readonly kind: 'not_begun' } | { readonly kind: 'process_died'; readonly reason: string };

export interface WorkloadRecord {
  readonly api: string;
  readonly id: string;
  readonly status: WorkloadStatus;
  /** Epoch ms. */
  readonly submittedAt: number;
  /** Epoch ms; null until it has ended. */
  readonly endedAt: number | null;
  /** JSON text; null unless `completed`. */
  readonly result: Body | null;
  /** null unless `failed`. */
  readonly error: ErrorView | null;
}

export interface QueueCounts {
  readonly inQueue: number;
  readonly inProgress: number;
  /** Epoch ms of the oldest workload in the queue; null when it is empty. */
  readonly oldestSubmittedAt: number | null;
}

/** Hears how a workload of `api` has ended. */
export type EndListener = (api: string, status: EndStatus) => void;

/** Hears of a lease that is no longer held though its holder has not ended it: the workload was cancelled, or somebody else has taken it. */
export type LostListener = (ref: LeaseRef) => void;

/** What a give-back or an end came to: `refused` when the token is no longer the store's. */
export type EndOutcome = 'done' | 'refused';
/** `failed`: the attempts were used up, so that it ended instead of going back. */
export type GiveBackOutcome = 'in_queue' | 'failed' | 'refused';
/** `not_found`, or what the workload was when the cancellation came. */
export type CancelOutcome = 'not_found' | 'cancelled' | { readonly alreadyEnded: EndStatus };

/**
 * Where workloads live. Two drivers, one conformance suite (`test/workloads/conformance.ts`). Obligations of a driver:
 * - what `submit`, `complete`, `fail`, `giveBack` and `cancel` resolve to is durable when they resolve;
 * - a workload that was stored ends in exactly one terminal state, and ends never change;
 * - `attempt` is counted, durably, before `lease` resolves;
 * - nothing costs more than O(log n) in the number of stored workloads;
 * - a full disk rejects with `PONS_ERR_STORE_FULL`, a full Redis with `PONS_ERR_REDIS_FULL`, and with `PONS_ERR_REDIS_NO_ROOM` where it is one large
 *   result that it has no room for, or `PONS_ERR_REDIS_RESULT_TOO_LARGE` where it cannot have it either; each changes nothing.
 */
export interface WorkloadStore {
  /**
   * Why every submission would be refused now or could be lost, with an API also why each of that would be: `PONS_ERR_STORE_FULL`, `PONS_ERR_STORE_LOST` when
   * the store is gone for this process, so that every call rejects, or an error of the area REDIS; null when there is room. Cheap.
   */
  refusal(api?: string): Promise<KnownError | null>;
  /** Reads a body to its end. Rejects with `PONS_ERR_HTTP_BODY_TOO_LARGE` past `limitBytes`, leaving nothing behind. */
  receive(stream: Readable, limitBytes: number): Promise<ReceivedBody>;
  /** Forgets a received body that will not be submitted. */
  discard(received: ReceivedBody): Promise<void>;
  /** Stores payload, record and queue entry together. Takes over the received body whatever the outcome. */
  submit(submission: Submission): Promise<SubmitOutcome>;
  /**
   * Takes up to `count` workloads of `api`, oldest first; resolves at once, with none when there is none, and with fewer where their
   * payloads would take too much memory together.
   */
  lease(api: string, count: number): Promise<Leased>;
  /** Takes those of the named workloads of `api` that are in the queue, whatever their place in it. */
  leaseNamed(api: string, ids: readonly string[]): Promise<Lease[]>;
  /** Stores the result (JSON text), then ends the workload and deletes its payload. */
  complete(ref: LeaseRef, result: Uint8Array): Promise<EndOutcome>;
  fail(ref: LeaseRef, error: ErrorView): Promise<EndOutcome>;
  giveBack(ref: LeaseRef, how: GiveBack): Promise<GiveBackOutcome>;
  /** Ends a queued or running workload as `cancelled`; the holder of its lease is refused from then on. */
  cancel(api: string, id: string): Promise<CancelOutcome>;
  find(api: string, id: string): Promise<WorkloadRecord | null>;
  /** Opens a body to be read in pieces; rejects with `PONS_ERR_WORKLOAD_BODY_MISSING` where it is gone. */
  open(body: Body): Promise<OpenBody>;
  /** Reads a whole body into memory. Rejects as `open` does. */
  read(body: Body): Promise<Uint8Array>;
  counts(api: string): Promise<QueueCounts>;
  /** How workloads are carried to another store. */
  readonly carriage: Carriage;
  /** Calls `listener` after workloads of `api` came into the queue. Returns how to stop that. */
  onQueued(api: string, listener: () => void): () => void;
  /**
   * Calls `listener` once for each workload that has ended, whoever ended it, after its end is durable; the first listener hears also
   * of those that ended when the store was opened. Returns how to stop that.
   */
  onEnded(listener: EndListener): () => void;
  /** Calls `listener` for each lease of this process that turns out to be lost: what runs for it runs in vain. Returns how to stop that. */
  onLost(listener: LostListener): () => void;
  /** Resolves when everything under way is durable and all files are closed. To be called once. */
  close(): Promise<void>;
}
