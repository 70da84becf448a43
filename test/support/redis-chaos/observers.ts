import { setTimeout as pause } from 'node:timers/promises';
import type { Caller } from './caller.ts';
import { isEnd } from './history/ends.ts';
import type { Planned } from './plan.ts';

const OBSERVERS = 3;
const PAUSE_MS = 15;
const AT_ONCE = 16;
/** Of the looks at what may have ended long ago. */
const LOOKS_BACK = 0.3;
const AMONG_OLDEST = 20;

/** Looks at workloads that were accepted, and knows which of them have not been seen ended. */
export class Observers {
  readonly #caller: Caller;
  readonly #accepted: Planned[] = [];
  readonly #live = new Map<string, Planned>();

  constructor(caller: Caller) {
    this.#caller = caller;
  }

  add(planned: Planned): void {
    this.#accepted.push(planned);
    this.#live.set(planned.id, planned);
  }

  /** Looks at one after the other, at random, until `signal` aborts. */
  async observe(random: () => number, signal: AbortSignal): Promise<void> {
    const observer = async (): Promise<void> => {
      while (!signal.aborted) {
        const planned = this.#choose(random);
        if (planned !== undefined) await this.#look(planned);
        await pause(PAUSE_MS);
      }
    };
    await Promise.all(Array.from({ length: OBSERVERS }, observer));
  }

  /** Looks at all that live until none does, or none has ended for `ms`: how many there are to work off is a matter of the machine. */
  async untilAllHaveEnded(ms: number): Promise<void> {
    let lapsesAt = performance.now() + ms;
    while (this.#live.size > 0 && performance.now() < lapsesAt) {
      const before = this.#live.size;
      await this.#lookAt([...this.#live.values()]);
      if (this.#live.size < before) lapsesAt = performance.now() + ms;
      await pause(PAUSE_MS);
    }
  }

  /** Looks once at each. */
  lookAtAll(): Promise<void> {
    return this.#lookAt(this.#accepted);
  }

  async #lookAt(all: readonly Planned[]): Promise<void> {
    const left = all.values();
    const observer = async (): Promise<void> => {
      for (const planned of left) await this.#look(planned);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, observer));
  }

  async #look(planned: Planned): Promise<void> {
    const { status, said } = await this.#caller.look(planned);
    if (status === 200 && isEnd(said)) this.#live.delete(planned.id);
  }

  /** Most of the time one of the oldest that live. */
  #choose(random: () => number): Planned | undefined {
    const any = this.#accepted[Math.floor(random() * this.#accepted.length)];
    if (random() < LOOKS_BACK) return any;
    let left = Math.floor(random() * AMONG_OLDEST);
    for (const planned of this.#live.values()) {
      left -= 1;
      if (left < 0) return planned;
    }
    return any;
  }
}
