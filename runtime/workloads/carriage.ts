import type { ErrorView } from '../errors/render.ts';
import type { Body, ReceivedBody } from './body.ts';
import type { EndStatus } from './states.ts';

/** All that a store knows of a workload but for its body. One that somebody holds is in the queue here, as if its holder had died at that moment. */
export interface CarriedWorkload {
  readonly api: string;
  readonly id: string;
  readonly status: 'in_queue' | EndStatus;
  /** Epoch ms. */
  readonly submittedAt: number;
  /** Epoch ms, from which it is kept on; null until it has ended. */
  readonly endedAt: number | null;
  readonly contentType: string;
  /** SHA-256 of the payload, which is no longer there once the workload has ended. */
  readonly digest: Uint8Array;
  /** Attempts that have been counted. */
  readonly attempt: number;
  /** How its processes died, oldest first. */
  readonly deathReasons: readonly string[];
  readonly supervisorDeaths: number;
  /** null unless `failed`. */
  readonly error: ErrorView | null;
}

/** A workload on its way out of a store: with its payload while it waits, with its result where it is completed. */
export interface LeavingWorkload extends CarriedWorkload {
  readonly body: Body | null;
}

/** A workload on its way into a store. `received` is of that store. */
export interface ArrivingWorkload extends CarriedWorkload {
  readonly received: ReceivedBody | null;
}

/** `stored`: new. `known` and `conflict`: as of a submission. `expired`: it ended longer ago than workloads are kept. Only `stored` changes anything. */
export type Arrival = 'stored' | 'known' | 'conflict' | 'expired';

/** The way of workloads between stores. */
export interface Carriage {
  /** The names of the APIs that something is stored for, sorted. */
  apis(): Promise<string[]>;
  /**
   * Every workload of some APIs, in pages that are small enough for memory: those of an API that wait in the order of its queue, wherever others
   * come between them. To be read while nobody else uses the store; it changes nothing. One that has ended may come twice.
   */
  workloads(apis: readonly string[]): AsyncIterable<readonly LeavingWorkload[]>;
  /**
   * Stores workloads as they were elsewhere; those that wait go behind the others in the queue, in the order given. Takes over the bodies whatever the
   * outcome. Each workload is stored whole or not at all; where it rejects, some may be.
   */
  adopt(arriving: readonly ArrivingWorkload[]): Promise<readonly Arrival[]>;
}
