import { setTimeout as pause } from 'node:timers/promises';
import { postMany } from './load.ts';
import { unfinished } from './served-noop.ts';

/** What N workloads took, from the first POST until the last one had ended. */
export interface Passage {
  readonly submitsPerSecond: number;
  readonly completedPerSecond: number;
  /** Completions/s until the last POST was answered, and from then on. */
  readonly whileSubmitting: number;
  readonly afterSubmitting: number;
  /** Completions/s while submissions went on, in the last third of that time against the first: well below 1 is a sag. */
  readonly lastThirdToFirst: number;
}

interface Sample {
  readonly atMs: number;
  readonly completed: number;
}

const SAMPLE_MS = 25;
const END_POLL_MS = 5;

/** Submits `count` workloads to the API of Pons at `url`, whose queue is empty, and waits for their ends. */
export async function passThroughPons(url: string, count: number): Promise<Passage> {
  const begin = performance.now();
  const elapsed = (): number => performance.now() - begin;
  const samples: Sample[] = [];
  let submitted = 0;
  const posting = postMany(url, count, () => (submitted += 1));
  const state = { isPosting: true };
  const stopped = posting.finally(() => (state.isPosting = false));
  stopped.catch(() => undefined);
  while (state.isPosting) {
    const left = await unfinished(url);
    samples.push({ atMs: elapsed(), completed: submitted - left });
    await Promise.race([pause(SAMPLE_MS), stopped]);
  }
  const { perSecond } = await posting;
  const submittedAtMs = elapsed();
  const atEnd = count - (await unfinished(url));
  while ((await unfinished(url)) > 0) await pause(END_POLL_MS);
  const endedAtMs = elapsed();
  return {
    submitsPerSecond: perSecond,
    completedPerSecond: (count * 1000) / endedAtMs,
    whileSubmitting: (atEnd * 1000) / submittedAtMs,
    afterSubmitting: ((count - atEnd) * 1000) / (endedAtMs - submittedAtMs),
    lastThirdToFirst: thirds([{ atMs: 0, completed: 0 }, ...samples]),
  };
}

function thirds(samples: readonly Sample[]): number {
  const end = samples.at(-1)?.atMs ?? 0;
  const at = (share: number): number => samples.findLast(({ atMs }) => atMs <= end * share)?.completed ?? 0;
  return (at(1) - at(2 / 3)) / (at(1 / 3) - at(0));
}
