/** Resolves as `promise` does, or rejects with `what` in words once `ms` have passed. Ends nothing: whoever waits cleans up. */
export async function deadline<T>(ms: number, promise: Promise<T>, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const lapsed = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`${what}: not within ${ms} ms`));
    }, ms);
  });
  try {
    return await Promise.race([promise, lapsed]);
  } finally {
    clearTimeout(timer);
  }
}
