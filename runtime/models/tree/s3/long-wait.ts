/** How long a server may say nothing before people are told what is waited for, and then between one such line and the next. */
const SILENCE_MS = 5000;

/** Waits for `act`, and says every few seconds what `what` is and how long it takes. */
export async function sayingSo<T>(
  what: string,
  say: (line: string) => void,
  act: () => Promise<T>,
  everyMs = SILENCE_MS,
): Promise<T> {
  const beganAt = performance.now();
  const timer = setInterval(() => {
    say(`Still waiting for ${what}, for ${((performance.now() - beganAt) / 1000).toFixed(0)} s`);
  }, everyMs);
  try {
    return await act();
  } finally {
    clearInterval(timer);
  }
}
