/** What a person or a service manager asks of the supervisor. */
export interface StopRequests {
  /** Aborts at the first SIGTERM, SIGINT or SIGHUP: end in order. */
  readonly drain: AbortSignal;
  /** Aborts at the second one: end at once. */
  readonly atOnce: AbortSignal;
  /** The signal that `drain` was aborted for; null before. */
  readonly first: () => StopSignal | null;
  /** Whether the terminal was closed. */
  readonly hungUp: () => boolean;
}

/** Under `npm start` one Ctrl-C arrives twice: from the terminal and from npm. */
const SAME_KEY_MS = 300;
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
export type StopSignal = (typeof signals)[number];

/** To be called once. The signals are never given back: one that comes at the very end must not turn an ordered end into a death. */
export function listenForStop(): StopRequests {
  const drain = new AbortController();
  const atOnce = new AbortController();
  let interruptedAt = Number.NEGATIVE_INFINITY;
  let hungUp = false;
  let first: StopSignal | null = null;
  const onSignal = (signal: StopSignal): void => {
    hungUp ||= signal === 'SIGHUP';
    if (signal === 'SIGINT') {
      const since = performance.now() - interruptedAt;
      interruptedAt = performance.now();
      if (since < SAME_KEY_MS) return;
    }
    if (drain.signal.aborted) atOnce.abort();
    else {
      first = signal;
      drain.abort();
    }
  };
  for (const signal of signals) {
    process.on(signal, () => {
      onSignal(signal);
    });
  }
  return { drain: drain.signal, atOnce: atOnce.signal, first: () => first, hungUp: () => hungUp };
}
