/** Settles as `promise` does, or rejects with the reason of `signal` as soon as that is aborted; what the promise then becomes is dropped. */
export function untilAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => {
      reject(signal.reason as Error);
    };
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
    promise.then(resolve, reject).finally(() => {
      signal.removeEventListener('abort', abort);
    });
  });
}

/** Runs `act` with a signal that is aborted as one of these is. `AbortSignal.any` keeps something of each call in a signal that lives as long as the API. */
export async function withEither<T>(
  one: AbortSignal,
  other: AbortSignal,
  act: (either: AbortSignal) => Promise<T>,
): Promise<T> {
  const either = new AbortController();
  const abort = ({ target }: Event): void => {
    either.abort((target as AbortSignal).reason);
  };
  for (const signal of [one, other]) {
    signal.throwIfAborted();
    signal.addEventListener('abort', abort, { once: true });
  }
  try {
    return await act(either.signal);
  } finally {
    for (const signal of [one, other]) signal.removeEventListener('abort', abort);
  }
}
