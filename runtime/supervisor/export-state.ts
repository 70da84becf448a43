import { KnownError } from '../errors/known-error.ts';
import { hasHadEmbeddedStore } from '../workloads/embedded/lock-folder.ts';
import { exportWorkloads } from '../workloads/moving/export.ts';
import type { RedisAddress } from '../workloads/redis/address.ts';
import type { WorkloadStore } from '../workloads/store.ts';
import { MoveLosses } from './move-losses.ts';
import { MoveProgress } from './move-progress.ts';
import { moving } from './moving.ts';
import { stateDirOf, withEmbedded, withRedisStore, type MovedStoreOptions } from './moved-store.ts';
import { readProject } from './project.ts';
import { QuietRedis } from './quiet-redis.ts';

export interface ExportStateOptions extends MovedStoreOptions {
  /** The file to be written. */
  readonly file: string;
  /** Those to be exported; none: all of a state folder, and those of the project of a Redis, which other projects may share. */
  readonly apis: readonly string[];
}

export interface Exported {
  /** Where they were. */
  readonly store: string;
  readonly queued: number;
  readonly ended: number;
  readonly apis: readonly string[];
  /** APIs that the store has too. */
  readonly left: readonly string[];
  /** Workloads that are not in the file, since their bodies cannot be read. */
  readonly leftOut: number;
  /** The first of these, `API/ID`. */
  readonly leftOutShown: readonly string[];
}

/** Writes the workloads of a store that nobody serves from to a file. Rejects with errors of the areas MOVE, PROJECT, CONFIG, STATE, STORE, REDIS and PAYLOADS. */
export async function exportState(options: ExportStateOptions): Promise<Exported> {
  options.signal.throwIfAborted();
  return moving('export', () => exportAll(options));
}

async function exportAll(options: ExportStateOptions): Promise<Exported> {
  const { redis } = options;
  if (redis !== null) return exportFromRedis(redis, options);
  const stateDir = await stateDirOf(options);
  if (!hasHadEmbeddedStore(stateDir)) throw KnownError.of('PONS_ERR_MOVE_NO_STORE', { path: stateDir });
  return withEmbedded(stateDir, options, async (store) => {
    const known = await knownApis(store, stateDir, options);
    const apis = options.apis.length === 0 ? known : options.apis;
    return exportApis({ ...options, store, shown: stateDir, known, apis, confirm: () => Promise.resolve() });
  });
}

async function exportFromRedis(redis: RedisAddress, options: ExportStateOptions): Promise<Exported> {
  const { signal } = options;
  const apis = options.apis.length === 0 ? await apisOfProject(options) : options.apis;
  return withRedisStore(redis, options, { apis, looksOnly: true }, async ({ store, presence }) => {
    const quiet = await QuietRedis.find(presence, redis.shown, apis, signal);
    const shown = `the Redis at ${redis.shown}`;
    const known = await knownApis(store, shown, options);
    return exportApis({ ...options, store, shown, known, apis, confirm: () => quiet.confirm() });
  });
}

async function apisOfProject(options: ExportStateOptions): Promise<string[]> {
  const stateDir = await stateDirOf(options);
  return (await readProject(options.path, () => stateDir)).specs.map(({ name }) => name);
}

/** What is there; rejects with `PONS_ERR_MOVE_NO_API` where an API was named that is not. */
async function knownApis(store: WorkloadStore, shown: string, { apis }: ExportStateOptions): Promise<string[]> {
  const known = await store.carriage.apis();
  const stranger = apis.find((api) => !known.includes(api));
  if (stranger !== undefined) throw KnownError.of('PONS_ERR_MOVE_NO_API', { api: stranger, store: shown, known });
  return known;
}

interface Source extends ExportStateOptions {
  readonly store: WorkloadStore;
  readonly shown: string;
  /** All APIs that are there. */
  readonly known: readonly string[];
  readonly confirm: () => Promise<void>;
}

async function exportApis(source: Source): Promise<Exported> {
  const { store, shown, known, apis, confirm, file, logger, signal } = source;
  const progress = new MoveProgress('Exporting', null, (line) => {
    logger.info(line);
  });
  const losses = new MoveLosses((line) => {
    logger.warning(line);
  });
  let [queued, ended] = [0, 0];
  await exportWorkloads({
    ...{ store, apis, path: file, confirm, signal },
    onWorkload: ({ api, id, status }, bodyBytes, lost) => {
      if (status === 'in_queue') queued += 1;
      else ended += 1;
      if (lost !== null) losses.addFailed(`${api}/${id}`, lost);
      progress.moved(bodyBytes);
    },
    onLeftOut: ({ api, id }, why) => {
      losses.addLeftOut(`${api}/${id}`, why);
    },
  });
  losses.sum();
  const left = known.filter((api) => !apis.includes(api));
  return { store: shown, queued, ended, apis, left, leftOut: losses.leftOut, leftOutShown: losses.shown };
}

/** The error for what could not be exported; null where there is nothing of it. */
export function leftOutOf({ leftOut, leftOutShown }: Exported, path: string): KnownError | null {
  if (leftOut === 0) return null;
  return KnownError.of('PONS_ERR_MOVE_LEFT_OUT', { count: leftOut, shown: leftOutShown, path });
}
