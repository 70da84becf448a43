/** Of the event loop: in the first a socket is read, in the second it is told that it has ended. */
const TURNS = 2;

/**
 * Resolves as `promise` does, or rejects with `what` in words once `ms` have passed. Ends nothing: whoever waits cleans up. Where this process stood still
 * meanwhile, what has come in its time is taken before the time is found to be up.
 */
export async function deadline<T>(ms: number, promise: Promise<T>, what: string): Promise<T> {
  // Made here, so that its stack names who waits.
  const late = new Error(`${what}: not within ${ms} ms`);
  let timer: NodeJS.Timeout | undefined;
  const lapsed = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      afterTurns(TURNS, () => {
        reject(late);
      });
    }, ms);
  });
  try {
    return await Promise.race([promise, lapsed]);
  } finally {
    clearTimeout(timer);
  }
}

function afterTurns(count: number, act: () => void): void {
  if (count === 0) act();
  else setImmediate(afterTurns, count - 1, act);
}
