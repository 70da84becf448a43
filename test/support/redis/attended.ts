import * as assert from 'uvu/assert';
import { AttendedClock } from '../../../runtime/workloads/redis/attended-clock.ts';

const TICK_MS = 50;

/** Resolves as `act` does, which has to be within `ms`, but for what this process stood still itself; `what` is said where it is not. */
export async function attendedWithin<T>(ms: number, what: string, act: () => Promise<T>): Promise<T> {
  const clock = new AttendedClock(TICK_MS);
  const ticks = setInterval(() => clock.tick(), TICK_MS);
  const begunAt = clock.now();
  try {
    const value = await act();
    const tookMs = clock.now() - begunAt;
    assert.ok(tookMs < ms, `${what} after ${tookMs} ms`);
    return value;
  } finally {
    clearInterval(ticks);
  }
}
