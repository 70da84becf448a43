/** Does something again and again, never twice at a time. Returns how to stop it; that resolves when nothing of it is under way. */
export function repeat(everyMs: number, act: () => Promise<void>): () => Promise<void> {
  let underWay: Promise<void> | null = null;
  const timer = setInterval(() => {
    underWay ??= act()
      // What failed is tried again the next time; that Redis is away is told elsewhere.
      .catch(() => undefined)
      .finally(() => {
        underWay = null;
      });
  }, everyMs);
  return async () => {
    clearInterval(timer);
    await underWay;
  };
}
