import type { Pool } from '../pool/pool.ts';
import { aborted } from '../processes/aborted.ts';

/**
 * Ends all pools: they take nothing more, what runs ends (and what it waits for in other pools runs, too), then the processes end. When
 * `atOnce` aborts, what runs is given back and the processes are killed.
 */
export async function drainPools(pools: readonly Pool[], atOnce: AbortSignal, graceMs: number): Promise<void> {
  await Promise.all(pools.map((pool) => pool.drain()));
  await Promise.race([allQuiet(pools, atOnce), aborted(atOnce)]);
  await Promise.all(pools.map((pool) => pool.end(atOnce, graceMs)));
}

async function allQuiet(pools: readonly Pool[], atOnce: AbortSignal): Promise<void> {
  while (!atOnce.aborted) {
    const busy = pools.find((pool) => !pool.isQuiet);
    if (busy === undefined) return;
    await busy.changed();
  }
}
