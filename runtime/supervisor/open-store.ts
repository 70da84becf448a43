import { join } from 'node:path';
import type { Logger } from '../log/logger.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { claimStateFolder } from '../state/claim.ts';
import { clearLeftFolders } from '../state/owned-folder.ts';
import { holdsEmbeddedStore, lockStateFolder } from '../workloads/embedded/lock-folder.ts';
import { openEmbeddedStore, type StoreNotice } from '../workloads/embedded/open.ts';
import type { BlobLocation } from '../workloads/blobs/location.ts';
import type { RedisAddress } from '../workloads/redis/address.ts';
import { openRedisStore, type RedisNotice } from '../workloads/redis/open.ts';
import type { Presence } from '../workloads/redis/presence.ts';
import type { WorkloadStore } from '../workloads/store.ts';

/** How the names of folders begin in which an export from a Redis or an import into one has large bodies under way. */
export const MOVE_FOLDER = 'pons-move-';

export interface StoreOptions {
  readonly stateDir: string;
  /** null: workloads are kept in the state folder. */
  readonly redis: RedisAddress | null;
  /** Where large bodies are kept beside a Redis; null: in Redis. */
  readonly payloads: BlobLocation | null;
  readonly apis: readonly string[];
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** Aborted when a start is no longer wanted. */
  readonly stop: AbortSignal;
  /** Aborted when the store is gone for this process. */
  readonly lost: AbortController;
}

export interface OpenedStore {
  readonly store: WorkloadStore;
  /** Where processes that share the store tell each other of themselves; null where none can share it. */
  readonly presence: Presence | null;
  readonly close: () => Promise<void>;
}

/** Opens the store that a project is served from, and takes the state folder for this process. Rejects with errors of the areas STATE, STORE, REDIS and PAYLOADS. */
export async function openStore(options: StoreOptions): Promise<OpenedStore> {
  const { stateDir, redis, payloads, apis, logger, metrics, stop, lost } = options;
  // Beside all else: what a killed move has left are payloads of clients.
  void clearLeftFolders(MOVE_FOLDER);
  if (redis === null) {
    const store = await openEmbeddedStore({ stateDir, onNotice: noticeTo(logger, lost) });
    return { store, presence: null, close: () => store.close() };
  }
  claimStateFolder(stateDir);
  const lock = lockStateFolder(stateDir);
  if (holdsEmbeddedStore(stateDir)) {
    logger.warning(`the workloads in ${stateDir} are not served: this run keeps its workloads in Redis`);
  }
  try {
    const onNotice = redisNoticeTo(logger, metrics, lost);
    const spoolDir = join(stateDir, 'incoming');
    const storeOptions = { address: redis, payloads, apis, spoolDir, onNotice, stop };
    const { store, presence } = await openRedisStore(storeOptions);
    const large = payloads === null ? '' : `, and bodies above 256 KB at ${payloads.shown}`;
    logger.info(`workloads are kept in the Redis at ${redis.shown}${large}`);
    const close = async (): Promise<void> => {
      await store.close();
      lock.release();
    };
    return { store, presence, close };
  } catch (error) {
    lock.release();
    throw error;
  }
}

function noticeTo(logger: Logger, lost: AbortController): (notice: StoreNotice) => void {
  return (notice) => {
    switch (notice.kind) {
      case 'recovered':
        logger.warning(
          `the last run was cut off: ${notice.requeued} workloads are back in the queue, ${notice.failed} have failed, ${notice.swept} left-over files are removed`,
        );
        break;
      case 'expired':
        logger.info(`${notice.workloads} workloads that ended long ago are deleted`);
        break;
      case 'lost':
        // Without its store Pons can promise nothing any more; the next start finds everything that was stored.
        lost.abort(notice.error);
        break;
    }
  };
}

/** Logs and counts what a store in Redis has to say; `lost` is aborted when it is gone for this process. */
export function redisNoticeTo(logger: Logger, metrics: Metrics, lost: AbortController): (notice: RedisNotice) => void {
  return (notice) => {
    switch (notice.kind) {
      case 'warning':
        logger.warning(notice.text);
        break;
      case 'lapsed':
        metrics.lapsed(notice.api, notice.workloads);
        logger
          .labelled({ apiName: notice.api })
          .warning(
            `${notice.workloads} workloads are back in the queue: whoever held them has died, was suspended, or is cut off from Redis`,
          );
        break;
      case 'emptied':
        metrics.vanished(notice.api, notice.inQueue + notice.inProgress);
        logger
          .labelled({ apiName: notice.api })
          .error(
            `Redis has lost its data: ${notice.inQueue} workloads that waited and ${notice.inProgress} that ran are gone, and the results of those that had ended`,
          );
        break;
      case 'lost':
        lost.abort(notice.error);
        break;
      case 'unsafe':
        logger.error(`${notice.error.message} ${notice.error.fix}`);
        break;
      case 'safe':
        logger.info('Redis has the settings again that it has to have');
        break;
      case 'away':
        logger.error(`${notice.error.message} Pons goes on with what it holds and keeps trying.`);
        break;
      case 'back':
        logger.info('Redis answers again, and takes what is new');
        break;
      case 'payloads_away':
        logger.error(`${notice.error.message} ${notice.error.fix} Pons keeps trying.`);
        break;
      case 'payloads_back':
        logger.info('large payloads and results can be stored and read again');
        break;
    }
  };
}
