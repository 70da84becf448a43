import type { MetricParams } from '../../bridge/node/methods.ts';
import { messageOf, renderError } from '../errors/render.ts';
import type { Logger } from '../log/logger.ts';
import type { PredictOutcome } from '../predictor/outcome.ts';
import type { Lease, WorkloadStore } from '../workloads/store.ts';
import { Misses } from './misses.ts';
import type { Settlements } from './settle.ts';
import type { Slots } from './slots.ts';

/** What the pool tells whoever measures it. */
export interface PoolEvents {
  /** A workload was begun, `waitMs` after it was submitted, for the `attempt`-th time. */
  readonly began: (waitMs: number, attempt: number) => void;
  /** `predict` ended after `runMs`. */
  readonly ran: (runMs: number) => void;
  /** A process ended by itself, or could not be started (`start`). */
  readonly restarted: (cause: string) => void;
  readonly metric: (metric: MetricParams) => void;
}

export interface ExecutionOptions {
  readonly store: WorkloadStore;
  readonly logger: Logger;
  readonly events: PoolEvents;
  readonly settlements: Settlements;
}

/** Runs workloads and stores what became of them. */
export class Execution {
  readonly #options: ExecutionOptions;
  readonly #misses = new Misses();

  constructor(options: ExecutionOptions) {
    this.#options = options;
  }

  /** Resolves with the run time in ms when the slot is free again, which is before the outcome is stored; null when it never ran to an end. */
  async run(lease: Lease, slots: Slots): Promise<number | null> {
    const { store, events, logger } = this.#options;
    let payload: Uint8Array;
    try {
      payload = lease.payload.kind === 'bytes' ? lease.payload.bytes : await store.read(lease.payload);
    } catch (error) {
      const reason = `its payload could not be read: ${messageOf(error)}`;
      logger.labelled({ requestID: lease.id }).error(reason);
      this.#giveBackAfter(lease, reason);
      return null;
    }
    events.began(Date.now() - lease.submittedAt, lease.attempt);
    const givenAt = performance.now();
    const outcome = await slots.process.predict({ id: lease.id, contentType: lease.contentType, payload });
    const runMs = outcome.kind === 'completed' ? outcome.runMs : slots.runMs(givenAt);
    events.ran(runMs);
    if (outcome.kind !== 'missed') this.#misses.forget(lease.id);
    this.#store(lease, outcome);
    return ['died', 'missed', 'returned'].includes(outcome.kind) ? null : runMs;
  }

  /** Whatever was never given to a predictor, or is taken from it by a stop, keeps its attempt. */
  async giveBack(leases: readonly Lease[]): Promise<void> {
    const { store, logger } = this.#options;
    await Promise.all(
      leases.map((lease) =>
        store.giveBack(lease, { kind: 'not_begun' }).catch((error: unknown) => {
          logger.error(`${lease.id} could not be given back and runs again after the next start: ${messageOf(error)}`);
        }),
      ),
    );
  }

  #store(lease: Lease, outcome: PredictOutcome): void {
    const { store, settlements, logger } = this.#options;
    switch (outcome.kind) {
      case 'completed':
        settlements.settle(() => store.complete(lease, outcome.result));
        break;
      case 'failed':
        logger.labelled({ requestID: lease.id }).error(messageOf(outcome.error));
        settlements.settle(() => store.fail(lease, renderError(outcome.error)));
        break;
      case 'died':
        logger.labelled({ requestID: lease.id }).error(messageOf(outcome.error));
        this.#giveBackAfter(lease, outcome.error.message);
        break;
      case 'missed':
        if (this.#misses.isBlamed(lease.id)) this.#giveBackAfter(lease, outcome.error.message);
        else void this.giveBack([lease]);
        break;
      case 'returned':
        void this.giveBack([lease]);
        break;
      case 'cancelled':
        // The store knows: that is where the cancellation came from.
        break;
    }
  }

  /** Gives back what costs an attempt. */
  #giveBackAfter(lease: Lease, reason: string): void {
    const { store, settlements } = this.#options;
    settlements.settle(() => store.giveBack(lease, { kind: 'process_died', reason }));
  }
}
