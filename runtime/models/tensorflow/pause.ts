import { setTimeout as sleep } from 'node:timers/promises';

/** Waits `ms`. Rejects with the reason of `signal`, where Node would with one of its own. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => undefined);
  signal.throwIfAborted();
}
