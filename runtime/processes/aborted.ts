import { once } from 'node:events';

/** Resolves when `signal` aborts, at once where it has. */
export async function aborted(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await once(signal, 'abort');
}
