import { setTimeout as pause } from 'node:timers/promises';
import { seededRandom } from '../../workloads/seeded-random.ts';
import type { Caller } from './caller.ts';
import type { Planned } from './plan.ts';

export interface ClientsOptions {
  readonly caller: Caller;
  readonly plan: readonly Planned[];
  readonly seed: number;
  /** Over which time the submissions are spread, in ms; those that a fault holds up come in one rush after it. */
  readonly spreadMs: number;
  /** Called with each that got its 200. */
  readonly accepted: (planned: Planned) => void;
  /** Aborts when nobody is there any more to submit to. */
  readonly over: AbortSignal;
}

const CLIENTS = 32;
const REFUSED_PAUSE_MS = 200;
const HANGS_UP = 0.02;
const HANG_UP_MS = 15;

/** Submits the whole plan; resolves when every workload has its 200. Rejects when it is over before. */
export async function submitAll(options: ClientsOptions): Promise<void> {
  const { plan, seed, spreadMs } = options;
  const startedAt = performance.now();
  let next = 0;
  const client = async (): Promise<void> => {
    for (let at = next++; at < plan.length; at = next++) {
      const planned = plan[at];
      if (planned === undefined) return;
      await pause(Math.max(0, startedAt + (at * spreadMs) / plan.length - performance.now()));
      await submitOne(planned, options, seededRandom(seed + at));
    }
  };
  await Promise.all(Array.from({ length: CLIENTS }, client));
}

async function submitOne(planned: Planned, options: ClientsOptions, random: () => number): Promise<void> {
  const { caller, accepted, over } = options;
  const { payload, isRepeated, cancelAfterMs } = planned;
  for (;;) {
    over.throwIfAborted();
    const hangUpAfterMs = random() < HANGS_UP ? random() * HANG_UP_MS : null;
    const { status } = await caller.submit(planned, payload, hangUpAfterMs);
    if (status === 200) break;
    // What should be neither of them is found in the log: a client that gave up would hide what comes of it.
    await pause(REFUSED_PAUSE_MS * (0.5 + random()));
  }
  accepted(planned);
  if (isRepeated) {
    await caller.submit(planned, payload);
    await caller.submit(planned, { ...payload, number: -1 });
  }
  if (cancelAfterMs === null) return;
  await pause(cancelAfterMs);
  await caller.cancel(planned);
  await caller.submit(planned, payload);
  await caller.look(planned);
}
