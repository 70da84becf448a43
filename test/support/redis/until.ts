import { setTimeout as pause } from 'node:timers/promises';
import { deadline } from '../deadline.ts';

const POLL_MS = 20;
const DEADLINE_MS = 60_000;

/** Asks again and again until the answer is not null; rejects when that takes too long. */
export async function until<T>(ask: () => Promise<T | null>, deadlineMs = DEADLINE_MS): Promise<T> {
  const over = new AbortController();
  const asking = async (): Promise<T> => {
    while (!over.signal.aborted) {
      const answer = await ask();
      if (answer !== null) return answer;
      await pause(POLL_MS);
    }
    throw new Error('nobody waits any more');
  };
  try {
    return await deadline(deadlineMs, asking(), 'what was waited for');
  } finally {
    over.abort();
  }
}
