import { setTimeout as pause } from 'node:timers/promises';
import { deadline } from '../deadline.ts';
import { postMany } from './load.ts';

const POLL_MS = 5;
const END_MS = 120_000;

/**
 * Submits `count` payloads to `url` and waits until the last result can be fetched; resolves to how many a second that makes. One worker takes them in
 * the order in which they were stored, and what is stored last is among the last answers: as many as these are asked for, every `pollMs`.
 */
export async function passUntilStored(url: string, count: number, pollMs = POLL_MS): Promise<number> {
  const begin = performance.now();
  const { lastBodies } = await postMany(url, count);
  const base = url.endsWith('/') ? url : `${url}/`;
  const stored = async (): Promise<void> => {
    for (const body of lastBodies) await untilCompleted(base + (JSON.parse(body) as { id: string }).id, pollMs);
  };
  await deadline(END_MS, stored(), `the results of ${url}`);
  return (count * 1000) / (performance.now() - begin);
}

async function untilCompleted(url: string, pollMs: number): Promise<void> {
  for (;;) {
    const answer = (await (await fetch(url)).json()) as { status: string };
    if (answer.status === 'completed') return;
    if (!answer.status.startsWith('in_')) throw new Error(`${url} is ${answer.status}`);
    await pause(pollMs);
  }
}
