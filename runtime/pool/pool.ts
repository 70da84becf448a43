import type { ApiSpec } from '../config/spec.ts';
import { renderError, type ErrorView } from '../errors/render.ts';
import type { Logger } from '../log/logger.ts';
import type { CancelOutcome, Lease, WorkloadStore } from '../workloads/store.ts';
import { Dispatch } from './dispatch.ts';
import { Execution, type PoolEvents } from './execution.ts';
import { HandOut } from './hand-out.ts';
import { Lookahead } from './lookahead.ts';
import { Places, type PlacesOptions } from './places.ts';
import { RunningWorkloads, type Running } from './running.ts';
import { Settlements } from './settle.ts';
import { Supply } from './supply.ts';
import { ChainedSupply } from './chained-supply.ts';

export interface PoolOptions {
  readonly spec: ApiSpec;
  readonly store: WorkloadStore;
  readonly logger: Logger;
  readonly start: PlacesOptions['start'];
  readonly events: PoolEvents;
}

/** All predictor processes of one API, and the way of a workload from the queue through them to its end. */
export class Pool {
  readonly #options: PoolOptions;
  readonly #running = new RunningWorkloads();
  readonly #dispatch = new Dispatch((id) => this.#running.has(id));
  readonly #lookahead = new Lookahead();
  readonly #abandon = new AbortController();
  readonly #settlements: Settlements;
  readonly #execution: Execution;
  readonly #handOut: HandOut;
  readonly #supply: Supply;
  readonly #chained: ChainedSupply;
  readonly #waiting: (() => void)[] = [];
  readonly #stopListening: () => void;
  #places: Places | null = null;

  constructor(options: PoolOptions) {
    this.#options = options;
    const { spec, store, logger, events } = options;
    this.#settlements = new Settlements(logger, this.#abandon.signal, () => {
      this.#work();
    });
    const [settlements, lookahead, abandoned] = [this.#settlements, this.#lookahead, this.#abandon.signal];
    this.#execution = new Execution({ store, logger, events, settlements, lookahead, abandoned });
    const arrived = (leases: readonly Lease[]): void => {
      this.#dispatch.add(leases);
      this.#work();
    };
    const wanted = (): number =>
      settlements.isOutOfRoom ? 0 : lookahead.wanted(this.#slotCount, this.#running.count, this.#dispatch.waiting);
    this.#supply = new Supply({ api: spec.name, store, logger, wanted, arrived });
    this.#chained = new ChainedSupply({ api: spec.name, store, logger, arrived });
    this.#handOut = new HandOut({
      dispatch: this.#dispatch,
      running: this.#running,
      chained: this.#chained,
      execution: this.#execution,
      settlements,
      slots: () => this.#places?.slots ?? [],
      run: (running) => this.#run(running),
    });
    this.#stopListening = store.onLost(({ api, id }) => {
      if (api === spec.name) this.#giveUp(id);
    });
  }

  get spec(): ApiSpec {
    return this.#options.spec;
  }

  /** Starts the processes. To be called once. */
  start(): void {
    const { spec, logger, start, events } = this.#options;
    this.#places = new Places({
      replicas: spec.autoscaling.minReplicas,
      processesPerReplica: spec.predictor.processesPerReplica,
      threadsPerProcess: spec.predictor.threadsPerProcess,
      logger,
      start,
      onMetric: events.metric,
      onRestart: events.restarted,
      ahead: () => this.#lookahead.inProcess,
      onReady: () => {
        this.#work();
      },
      onClosed: (slots) => {
        this.#dispatch.released(slots);
        // Nobody may be there to run them for a long time: another supervisor could, and their status would be false.
        if (this.#readyProcesses === 0) this.#execution.giveBackUntilTaken(this.#dispatch.removeAll());
      },
    });
  }

  get state(): 'loading' | 'live' | 'error' | 'stopping' {
    if (this.#handOut.isStopping) return 'stopping';
    if (this.#readyProcesses > 0) return this.#settlements.stall === null ? 'live' : 'error';
    return (this.#places?.error ?? null) === null ? 'loading' : 'error';
  }

  /** Why the state is `error`, or why the last start failed while it is `loading`; else null. */
  get reason(): ErrorView | null {
    const error = this.#handOut.isStopping ? null : (this.#places?.failure ?? this.#settlements.stall);
    return error === null ? null : renderError(error);
  }

  get replicas(): { readonly requested: number; readonly ready: number } {
    return { requested: this.spec.autoscaling.minReplicas, ready: this.#places?.readyReplicas ?? 0 };
  }

  /** Outcomes that the store did not take yet. */
  get unstored(): number {
    return this.#settlements.refused;
  }

  get processes(): Places['views'] {
    return this.#places?.views ?? [];
  }

  /** Cancels a workload in the store first, so that its status is right whatever its process does. */
  async cancel(id: string): Promise<CancelOutcome> {
    const outcome = await this.#options.store.cancel(this.#options.spec.name, id);
    if (outcome !== 'cancelled') return outcome;
    this.#giveUp(id);
    return outcome;
  }

  /** Ends what is done here for a workload that has no use for it. */
  #giveUp(id: string): void {
    this.#dispatch.remove(id);
    this.#chained.forget(id);
    this.#running.cancel(id);
  }

  /** A predictor may be waiting for this workload, which has not begun; also while the pool drains. */
  noteChained(id: string): void {
    // What told so may be older than its begin, after which nothing would forget it.
    if (!this.#running.has(id)) this.#chained.add(id);
    this.#work();
  }

  /** Takes nothing more from the queue but what predictors that run wait for. */
  async drain(): Promise<void> {
    this.#handOut.hold();
    await this.#supply.stop();
    await this.#execution.giveBackBesideTheRest(this.#dispatch.removeAll());
    this.#handOut.drain();
    this.#chained.open();
    this.#work();
  }

  /** Whether nothing runs, and every outcome is stored. */
  get isQuiet(): boolean {
    return this.#running.count === 0 && this.#settlements.open === 0;
  }

  /** Resolves when a workload has ended since it was asked. */
  changed(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Ends the processes, after `drain`. When `atOnce` has aborted, what runs is given back and they are killed. */
  async end(atOnce: AbortSignal, graceMs: number): Promise<void> {
    this.#chained.close();
    const held = atOnce.aborted ? this.#running.leases : [];
    await this.#execution.giveBack([...held, ...this.#dispatch.removeAll()]);
    this.#abandon.abort();
    this.#stopListening();
    await this.#places?.stop(atOnce.aborted ? null : graceMs);
  }

  get #slotCount(): number {
    return this.#readyProcesses * this.spec.predictor.threadsPerProcess;
  }

  get #readyProcesses(): number {
    return this.#places?.readyProcesses ?? 0;
  }

  /** Hands out what is held, then sees to it that enough is held. */
  #work(): void {
    this.#handOut.next();
    this.#supply.refill();
    if (!this.#settlements.isFull) this.#chained.refill(this.#slotCount - this.#running.count - this.#dispatch.waiting);
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  async #run(running: Running): Promise<void> {
    const { lease, slots } = running;
    const hasEnded = await this.#execution.run(lease, slots.process, () => running.isCancelled);
    if (hasEnded) this.#places?.servedOne(slots.process);
    // The process has ended or the payload is gone; the exit event may come a moment later than this.
    else if (!slots.process.alive) slots.close();
    this.#running.ended(running);
    slots.release(lease);
    this.#dispatch.released(slots);
    this.#work();
  }
}
