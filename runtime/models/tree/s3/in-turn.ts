const running = new Map<string, Promise<unknown>>();

/** Runs `act` after all that was asked for under `key` before, by whomever in this process, has ended. */
export async function inTurn<T>(key: string, act: () => Promise<T>): Promise<T> {
  const before = running.get(key) ?? Promise.resolve();
  const mine = before.then(act, act);
  running.set(key, mine);
  try {
    return await mine;
  } finally {
    if (running.get(key) === mine) running.delete(key);
  }
}
