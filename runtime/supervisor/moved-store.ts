import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Logger } from '../log/logger.ts';
import { resolveProject } from '../project/root.ts';
import type { RedisAddress } from '../workloads/redis/address.ts';
import { openRedisStore, type OpenedRedis } from '../workloads/redis/open.ts';
import type { WorkloadStore } from '../workloads/store.ts';
import { openStore, redisNoticeTo } from './open-store.ts';

/** Which store workloads are moved from, or to. */
export interface MovedStoreOptions {
  /** The project's folder or configuration file. */
  readonly path: string;
  /** null: `.pons` in the project. */
  readonly stateDir: string | null;
  /** null: the workloads are in the state folder. */
  readonly redis: RedisAddress | null;
  readonly logger: Logger;
}

/** The state folder that a project would be served with. */
export async function stateDirOf({ path, stateDir }: MovedStoreOptions): Promise<string> {
  return stateDir ?? join((await resolveProject(path)).root, '.pons');
}

/** Runs `act` with the store of a state folder, which nobody else may use meanwhile. */
export async function withEmbedded<T>(
  stateDir: string,
  logger: Logger,
  act: (store: WorkloadStore) => Promise<T>,
): Promise<T> {
  const { store, close } = await openStore({ stateDir, redis: null, apis: [], logger, lost: new AbortController() });
  try {
    return await act(store);
  } finally {
    await close();
  }
}

/** Runs `act` with a store in Redis. */
export async function withRedisStore<T>(
  address: RedisAddress,
  options: { readonly apis: readonly string[]; readonly looksOnly: boolean; readonly logger: Logger },
  act: (opened: OpenedRedis) => Promise<T>,
): Promise<T> {
  const { apis, looksOnly, logger } = options;
  const folder = await mkdtemp(join(tmpdir(), 'pons-move-'));
  try {
    const opened = await openRedisStore({
      ...{
        address,
        apis,
        looksOnly,
        spoolDir: join(folder, 'incoming'),
        onNotice: redisNoticeTo(logger, new AbortController()),
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
