import { setTimeout as pause } from 'node:timers/promises';
import { deadline } from '../deadline.ts';
import type { Child } from './child.ts';

const READY_MS = 120_000;
const POLL_MS = 5;
/** After which a question is asked again: whoever took it need not be the server. */
const ANSWER_MS = 5000;

/** Asks `url` until it answers with a status that fits. Rejects when `server` ends before. */
export async function untilAnswered(url: string, fits: (status: number) => boolean, server: Child): Promise<void> {
  const ask = async (): Promise<boolean> => {
    const response = await fetch(url, { signal: AbortSignal.timeout(ANSWER_MS) });
    await response.arrayBuffer();
    return fits(response.status);
  };
  const asking = async (): Promise<void> => {
    while (!(await ask().catch(() => false))) await pause(POLL_MS);
  };
  await deadline(READY_MS, Promise.race([asking(), server.died]), url);
}
