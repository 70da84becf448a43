import type { MetricParams } from '../../bridge/node/methods.ts';
import { isKnownError } from '../errors/known-error.ts';
import { messageOf, renderError } from '../errors/render.ts';
import type { Logger } from '../log/logger.ts';
import type { PredictOutcome } from '../predictor/outcome.ts';
import type { PredictorProcess } from '../predictor/process.ts';
import type { Lease, WorkloadStore } from '../workloads/store.ts';
import type { Lookahead } from './lookahead.ts';
import { Misses } from './misses.ts';
import { pause } from './pause.ts';
import type { Settlements } from './settle.ts';

/** What the pool tells whoever measures it. */
export interface PoolEvents {
  /** `predict` ended after `runMs`; it had begun `waitMs` after the workload was submitted, for the `attempt`-th time. */
  readonly ran: (run: { readonly waitMs: number; readonly runMs: number; readonly attempt: number }) => void;
  /** A process ended by itself, or could not be started (`start`). */
  readonly restarted: (cause: string) => void;
  readonly metric: (metric: MetricParams) => void;
}

/** A body that lies on a broken part of the disk, one that is no longer what was stored, and one that alone is refused: another try may show something else. */
const PAYLOAD_CODES: ReadonlySet<string> = new Set([
  'PONS_ERR_STORE_IO',
  'PONS_ERR_WORKLOAD_BODY_DAMAGED',
  'PONS_ERR_PAYLOADS_DAMAGED',
  'PONS_ERR_PAYLOADS_REFUSED',
]);
/** Before a payload that could not be read is given back: it is leased anew then, which must not go round all the time. */
const AGAIN_MS = 1000;
/** How long a stop that has nothing else to wait for waits for what could not be given back, should the store be away. */
const GIVE_BACK_MS = 15_000;

export interface ExecutionOptions {
  readonly store: WorkloadStore;
  readonly logger: Logger;
  readonly events: PoolEvents;
  readonly settlements: Settlements;
  readonly lookahead: Lookahead;
  /** Aborted when nobody waits for anything any more. */
  readonly abandoned: AbortSignal;
}

/** Runs workloads and stores what became of them. */
export class Execution {
  readonly #options: ExecutionOptions;
  readonly #misses = new Misses();

  constructor(options: ExecutionOptions) {
    this.#options = options;
  }

  /**
   * Resolves when the slot is free again, which is before the outcome is stored; to whether a `predict` came to its end.
   * @param isCancelled asked before the workload is given to the process
   */
  async run(lease: Lease, process: PredictorProcess, isCancelled: () => boolean): Promise<boolean> {
    const { store, logger, settlements, abandoned } = this.#options;
    let payload: Uint8Array;
    try {
      payload = lease.payload.kind === 'bytes' ? lease.payload.bytes : await store.read(lease.payload);
    } catch (error) {
      const reason = `its payload could not be read: ${messageOf(error)}`;
      logger.labelled({ requestID: lease.id }).error(reason);
      if (isKnownError(error) && error.code === 'PONS_ERR_WORKLOAD_BODY_MISSING') {
        // No other try would find it.
        settlements.settle(() => store.fail(lease, renderError(error)));
        return false;
      }
      await pause(AGAIN_MS, abandoned);
      if (isOfPayload(error)) this.#giveBackAfter(lease, reason);
      else this.giveBackUntilTaken([lease]);
      return false;
    }
    if (isCancelled()) return true;
    const begun = { at: 0 };
    const work = { id: lease.id, contentType: lease.contentType, payload };
    const outcome = await process.predict(work, () => {
      begun.at = performance.now();
    });
    this.#measure(lease, outcome, begun.at);
    if (outcome.kind !== 'missed') this.#misses.forget(lease.id);
    this.#store(lease, outcome);
    return !['died', 'missed', 'returned'].includes(outcome.kind);
  }

  /** Whatever was never given to a predictor, or is taken from it by a stop, keeps its attempt. Resolves to what the store did not take. */
  async giveBack(leases: readonly Lease[]): Promise<Lease[]> {
    const { store, logger } = this.#options;
    const giveBack = async (lease: Lease): Promise<Lease[]> => {
      try {
        await store.giveBack(lease, { kind: 'not_begun' });
        return [];
      } catch (error) {
        logger.error(`${lease.id} could not be given back: ${messageOf(error)}`);
        return [lease];
      }
    };
    return (await Promise.all(leases.map(giveBack))).flat();
  }

  /** As `giveBack`; what the store does not take is tried again beside what runs, and beside what that waits for. */
  async giveBackBesideTheRest(leases: readonly Lease[]): Promise<void> {
    this.giveBackUntilTaken(await this.giveBack(leases), GIVE_BACK_MS);
  }

  /**
   * As `giveBack`, again and again: a lease that the pool has forgotten would be renewed for as long as this process lives.
   * @param openMs after which nobody waits for it any more
   */
  giveBackUntilTaken(leases: readonly Lease[], openMs = Number.POSITIVE_INFINITY): void {
    const { store, settlements } = this.#options;
    if (leases.length === 0) return;
    // One that was taken before another failed is refused the next time, which changes nothing.
    settlements.settle(() => Promise.all(leases.map((lease) => store.giveBack(lease, { kind: 'not_begun' }))), {
      openMs,
    });
  }

  /** Counts what ran, and learns from it. One that only waited in the process is as if it had never been given. */
  #measure(lease: Lease, outcome: PredictOutcome, begunAt: number): void {
    if (begunAt === 0 || outcome.kind === 'missed' || outcome.kind === 'returned') return;
    const { events, lookahead } = this.#options;
    const elapsedMs = performance.now() - begunAt;
    const runMs = outcome.kind === 'completed' ? outcome.runMs : elapsedMs;
    events.ran({ waitMs: Date.now() - elapsedMs - lease.submittedAt, runMs, attempt: lease.attempt });
    if (outcome.kind === 'completed') lookahead.ran(runMs);
    else if (outcome.kind === 'failed') lookahead.ranAtMost(runMs);
  }

  #store(lease: Lease, outcome: PredictOutcome): void {
    const { store, settlements, logger } = this.#options;
    switch (outcome.kind) {
      case 'completed':
        settlements.settle(
          () => store.complete(lease, outcome.result).catch((error: unknown) => this.#failWhereFinal(lease, error)),
          { bytes: outcome.result.byteLength },
        );
        break;
      case 'failed':
        logger.labelled({ requestID: lease.id }).error(messageOf(outcome.error));
        settlements.settle(() => store.fail(lease, renderError(outcome.error)));
        break;
      case 'died':
        logger.labelled({ requestID: lease.id }).error(messageOf(outcome.error));
        this.#giveBackAfter(lease, messageOf(outcome.error));
        break;
      case 'missed':
        if (this.#misses.isBlamed(lease.id)) this.#giveBackAfter(lease, messageOf(outcome.error));
        else this.giveBackUntilTaken([lease]);
        break;
      case 'returned':
        this.giveBackUntilTaken([lease]);
        break;
      case 'cancelled':
        // The store knows: that is where the cancellation came from.
        break;
    }
  }

  /** Ends a workload whose result no further try would store; rejects with `error` where one may. */
  async #failWhereFinal(lease: Lease, error: unknown): Promise<void> {
    const { store, logger } = this.#options;
    if (!isKnownError(error) || error.code !== 'PONS_ERR_REDIS_RESULT_TOO_LARGE') throw error;
    await store.fail(lease, renderError(error));
    logger.labelled({ requestID: lease.id }).error(messageOf(error));
  }

  /** Gives back what costs an attempt. */
  #giveBackAfter(lease: Lease, reason: string): void {
    const { store, settlements } = this.#options;
    settlements.settle(() => store.giveBack(lease, { kind: 'process_died', reason }));
  }
}

/**
 * Whether it is this payload that cannot be read: that must not go on for ever. A store that is away says nothing of it, and an outage may last
 * for more reads than there are attempts.
 */
function isOfPayload(error: unknown): boolean {
  return !isKnownError(error) || PAYLOAD_CODES.has(error.code);
}
