import type { Logger } from '../log/logger.ts';

/** Aborts `drainMs` after `drain`: from then on a stop waits for no workload any more. Never, where that is null. */
export function drainLimit(drain: AbortSignal, drainMs: number | null, logger: Logger): AbortSignal {
  const over = new AbortController();
  const begin = (): void => {
    if (drainMs === null) return;
    const lapse = (): void => {
      logger.info(`stopping: ${drainMs / 1000} s are over; what still runs goes back to the queue`);
      over.abort();
    };
    // What has ended before must not be held up by it.
    setTimeout(lapse, drainMs).unref();
  };
  if (drain.aborted) begin();
  else drain.addEventListener('abort', begin, { once: true });
  return over.signal;
}
