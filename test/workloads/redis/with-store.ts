import { parseRedisUrl } from '../../../runtime/workloads/redis/address.ts';
import { openRedisStore, type RedisStoreOptions } from '../../../runtime/workloads/redis/open.ts';
import type { Presence } from '../../../runtime/workloads/redis/presence.ts';
import type { RedisStore } from '../../../runtime/workloads/redis/store.ts';
import { deadline } from '../../support/deadline.ts';
import type { RedisServer } from '../../support/redis/server.ts';
import { makeTempDir, removeTempDir } from '../../support/temp-dir.ts';

const DEADLINE_MS = 100_000;

/** Runs `act` on a store in `server`, which is closed afterwards; what is stored stays. Objects that nothing refers to are taken away at once. */
export async function withStoreIn(
  server: RedisServer,
  act: (store: RedisStore, presence: Presence) => Promise<void>,
  options: Partial<RedisStoreOptions> & { readonly url?: string } = {},
): Promise<void> {
  const spoolDir = makeTempDir();
  const address = parseRedisUrl(options.url ?? server.url);
  try {
    const { store, presence } = await openRedisStore({ address, apis: [], spoolDir, graceMs: 0, ...options });
    try {
      await deadline(DEADLINE_MS, act(store, presence), 'the work on the store');
    } finally {
      await deadline(DEADLINE_MS, store.close(), 'closing the store');
    }
  } finally {
    removeTempDir(spoolDir);
  }
}

/** Opens a store where that must fail: rejects with why, or because it did not. */
export async function noStoreIn(
  url: string,
  apis: readonly string[] = [],
  options: Partial<RedisStoreOptions> = {},
): Promise<void> {
  const spoolDir = makeTempDir();
  try {
    const { store } = await openRedisStore({ address: parseRedisUrl(url), apis, spoolDir, ...options });
    await store.close();
  } finally {
    removeTempDir(spoolDir);
  }
}
