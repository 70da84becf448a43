import { setTimeout as sleep } from 'node:timers/promises';
import { KnownError } from '../../errors/known-error.ts';
import type { RedisAddress } from './address.ts';
import { connect, type Client } from './client.ts';
import { reasonOf, redisError } from './fault.ts';

/** Between two attempts to connect: short enough that all works again within 5 s, long enough to be no load. */
const PAUSES_MS = [50, 100, 200, 400] as const;

/** Before one more attempt, after so many that failed. */
export function pauseAfter(tries: number): number {
  return PAUSES_MS[Math.min(tries, PAUSES_MS.length) - 1] ?? PAUSES_MS[0];
}

/** Connects once. Rejects with an error of the area REDIS. */
export async function connectOnce(address: RedisAddress): Promise<Client> {
  try {
    return await connect(address);
  } catch (error) {
    throw redisError(error, address);
  }
}

/**
 * Connects for the first time. A Redis that is not there, or loads its data, is tried again for `tryMs`: whoever starts it together with Pons need not
 * wait for it. Rejects with `PONS_ERR_REDIS_NOT_REACHED` or `PONS_ERR_REDIS_LOADING` when it never was; at once with another error of the area REDIS, which is one of the
 * configuration; with the reason of `stop` when that aborts.
 */
export async function connectFirst(address: RedisAddress, tryMs: number, stop: AbortSignal): Promise<Client> {
  const begunAt = performance.now();
  for (let tries = 1; ; tries += 1) {
    stop.throwIfAborted();
    try {
      return await connect(address);
    } catch (error) {
      const known = redisError(error, address);
      const reason = reasonOf(error, address);
      const isAway = known.code === 'PONS_ERR_REDIS_UNREACHABLE';
      if (!isAway && !reason.startsWith('LOADING')) throw known;
      const triedMs = performance.now() - begunAt;
      if (triedMs > tryMs) {
        const facts = { address: address.shown, triedMs, reason };
        throw KnownError.of(isAway ? 'PONS_ERR_REDIS_NOT_REACHED' : 'PONS_ERR_REDIS_LOADING', facts);
      }
    }
    await sleep(pauseAfter(tries), undefined, { signal: stop }).catch(() => undefined);
  }
}
