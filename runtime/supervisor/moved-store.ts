import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from '../log/logger.ts';
import { resolveProject } from '../project/root.ts';
import { createMetrics } from '../metrics/metrics.ts';
import { makeOwnedFolder } from '../state/owned-folder.ts';
import type { BlobLocation } from '../workloads/blobs/location.ts';
import type { RedisAddress } from '../workloads/redis/address.ts';
import { openRedisStore, type OpenedRedis } from '../workloads/redis/open.ts';
import type { WorkloadStore } from '../workloads/store.ts';
import { MOVE_FOLDER, openStore, redisNoticeTo } from './open-store.ts';

/** Which store workloads are moved from, or to. */
export interface MovedStoreOptions {
  /** The project's folder or configuration file. */
  readonly path: string;
  /** null: `.pons` in the project. */
  readonly stateDir: string | null;
  /** null: the workloads are in the state folder. */
  readonly redis: RedisAddress | null;
  /** Where large bodies are beside the Redis; null: in it. */
  readonly payloads: BlobLocation | null;
  readonly logger: Logger;
  /** Aborted when the move is no longer wanted. */
  readonly signal: AbortSignal;
}

/** The state folder that a project would be served with. */
export async function stateDirOf({ path, stateDir }: MovedStoreOptions): Promise<string> {
  return stateDir ?? join((await resolveProject(path)).root, '.pons');
}

/** Runs `act` with the store of a state folder, which nobody else may use meanwhile. */
export async function withEmbedded<T>(
  stateDir: string,
  { logger, signal }: MovedStoreOptions,
  act: (store: WorkloadStore) => Promise<T>,
): Promise<T> {
  const notServed = { redis: null, payloads: null, apis: [], metrics: createMetrics(), lost: new AbortController() };
  const { store, close } = await openStore({ ...notServed, stateDir, logger, stop: signal });
  try {
    return await act(store);
  } finally {
    await close();
  }
}

/** Runs `act` with a store in Redis. */
export async function withRedisStore<T>(
  address: RedisAddress,
  { payloads, logger, signal }: MovedStoreOptions,
  { apis, looksOnly }: { readonly apis: readonly string[]; readonly looksOnly: boolean },
  act: (opened: OpenedRedis) => Promise<T>,
): Promise<T> {
  const folder = await makeOwnedFolder(MOVE_FOLDER);
  try {
    const opened = await openRedisStore({
      ...{
        address,
        payloads,
        apis,
        looksOnly,
        stop: signal,
        spoolDir: join(folder, 'incoming'),
        onNotice: redisNoticeTo(logger, createMetrics(), new AbortController()),
      },
    });
    try {
      return await act(opened);
    } finally {
      await opened.store.close();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
