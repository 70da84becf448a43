import type { ErrorView } from '../../errors/render.ts';
import type { Ended } from '../end-listeners.ts';
import type {
  CancelOutcome,
  EndOutcome,
  GiveBack,
  GiveBackOutcome,
  LeaseRef,
  QueueCounts,
  SubmitOutcome,
} from '../store.ts';
import type { Arrival, CarriedWorkload } from '../carriage.ts';
import type { WorkloadStatus } from '../states.ts';
import type { Fault } from './fault.ts';
import type { Slice } from './slices.ts';

/** A body on its way between the threads: a slice of the message's buffer, or a file of `bodies/` by name. */
export type StoredBody = Slice | { readonly file: string; readonly sizeBytes: number };

/** What a lease is before its token and body are given the form that callers know. */
export interface StoredLease {
  readonly id: string;
  readonly token: string;
  readonly contentType: string;
  readonly payload: StoredBody;
  readonly attempt: number;
  readonly alone: boolean;
  readonly submittedAt: number;
}

export interface StoredRecord {
  readonly status: WorkloadStatus;
  readonly submittedAt: number;
  readonly endedAt: number | null;
  readonly result: StoredBody | null;
  readonly error: ErrorView | null;
}

/** A carried workload without its digest, which crosses as bytes, and with its body. */
export interface StoredCarried extends Omit<CarriedWorkload, 'digest'> {
  readonly digest: Slice;
  readonly body: StoredBody | null;
}

/** What the store's thread is asked for, by kind: the question and the answer. Times are epoch ms. */
export interface Operations {
  submit: {
    ask: {
      api: string;
      id: string;
      isNewId: boolean;
      contentType: string;
      digest: Slice;
      payload: StoredBody;
      now: number;
    };
    answer: SubmitOutcome;
  };
  /** With `ids`, those of them that are in the queue; else the oldest. */
  lease: {
    ask: { api: string; count: number; ids: readonly string[] | null; now: number };
    answer: { leases: StoredLease[]; more: boolean };
  };
  complete: { ask: { ref: LeaseRef; result: StoredBody; now: number }; answer: EndOutcome };
  fail: { ask: { ref: LeaseRef; error: ErrorView; now: number }; answer: EndOutcome };
  giveBack: { ask: { ref: LeaseRef; how: GiveBack; now: number }; answer: GiveBackOutcome };
  cancel: { ask: { api: string; id: string; now: number }; answer: CancelOutcome };
  find: { ask: { api: string; id: string }; answer: StoredRecord | null };
  counts: { ask: { api: string }; answer: QueueCounts };
  apis: { ask: null; answer: string[] };
  /** The workloads of some APIs behind the place `after`; `next` is null where there are none behind them. */
  page: {
    ask: { apis: readonly string[]; after: number };
    answer: { workloads: StoredCarried[]; next: number | null };
  };
  adopt: { ask: { workload: StoredCarried; endedAfter: number }; answer: Arrival };
  /** Deletes up to `limit` workloads that ended before `before`; answers how many. */
  expire: { ask: { before: number; limit: number }; answer: number };
}

export type Kind = keyof Operations;
export type Ask<K extends Kind> = Operations[K]['ask'];
export type Answer<K extends Kind> = Operations[K]['answer'];
export type Operation = { [K in Kind]: { readonly kind: K; readonly ask: Ask<K> } }[Kind];

/** One transaction: its operations in order, and the bytes that they refer to. */
export interface Batch {
  readonly operations: readonly Operation[];
  readonly bytes: Uint8Array;
}

/** Answers in the order of the operations; where `faults` has a row for a position, the answer there is void. */
export interface BatchReply {
  readonly answers: readonly unknown[];
  readonly faults: readonly (readonly [position: number, fault: Fault])[];
  /** Operations that were not begun, since the answers before them are large: to be asked again. */
  readonly postponed: readonly number[];
  readonly bytes: Uint8Array;
  /** The APIs whose queue grew. */
  readonly queued: readonly string[];
  readonly ended: readonly Ended[];
}

/** What the thread found when it opened the store. */
export interface Opened {
  /** Workloads that were running when the last supervisor died and are queued again. */
  readonly requeued: number;
  /** Those among them that failed for that, since it was once too often. */
  readonly failed: number;
  /** Files that belonged to no workload. */
  readonly swept: number;
}

export type ToThread = Batch | 'close';
export type FromThread =
  | { readonly kind: 'opened'; readonly opened: Opened; readonly ended: readonly Ended[] }
  | { readonly kind: 'refused'; readonly fault: Fault }
  | { readonly kind: 'reply'; readonly reply: BatchReply }
  | { readonly kind: 'closed' };
