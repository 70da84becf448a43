import type { ChainedSupply } from './chained-supply.ts';
import type { Dispatch } from './dispatch.ts';
import type { Execution } from './execution.ts';
import type { Running, RunningWorkloads } from './running.ts';
import type { Settlements } from './settle.ts';
import type { Slots } from './slots.ts';

export interface HandOutOptions {
  readonly dispatch: Dispatch;
  readonly running: RunningWorkloads;
  readonly chained: ChainedSupply;
  readonly execution: Execution;
  readonly settlements: Settlements;
  /** The slots of the processes that are ready. */
  readonly slots: () => Iterable<Slots>;
  /** Runs one that has taken its slot. */
  readonly run: (running: Running) => Promise<void>;
}

/** Begins what is leased as slots come free, or gives it back where another host could begin it sooner. */
export class HandOut {
  readonly #options: HandOutOptions;
  #state: 'serving' | 'holding' | 'draining' = 'serving';

  constructor(options: HandOutOptions) {
    this.#options = options;
  }

  get isStopping(): boolean {
    return this.#state !== 'serving';
  }

  /** Begins nothing until `drain`: what a lease under way still brings is to be given back. */
  hold(): void {
    this.#state = 'holding';
  }

  /** From now on there is only what predictors that run wait for, so nothing is given back. */
  drain(): void {
    this.#state = 'draining';
  }

  /** To be called whenever a slot may have come free, a workload may have come, or an outcome was stored or refused. */
  next(): void {
    const { dispatch, running, chained, execution, settlements, slots, run } = this.#options;
    while (this.#state !== 'holding' && !settlements.isFull) {
      const next = dispatch.next(slots());
      if (next === null) break;
      chained.forget(next.lease.id);
      running.begin(next, run);
    }
    if (settlements.isOutOfRoom && !this.isStopping) execution.giveBackUntilTaken(dispatch.removeAll());
  }
}
