import { KnownError } from '../errors/known-error.ts';
import type { Arrival } from '../workloads/carriage.ts';
import { importWorkloads, lookThrough, type ExportContents } from '../workloads/moving/import.ts';
import type { WorkloadStore } from '../workloads/store.ts';
import { workloadCount } from '../workloads/workload-count.ts';
import { MoveProgress } from './move-progress.ts';
import { moving } from './moving.ts';
import { stateDirOf, withEmbedded, withRedisStore, type MovedStoreOptions } from './moved-store.ts';
import { readProject } from './project.ts';

export interface ImportStateOptions extends MovedStoreOptions {
  /** An export. */
  readonly file: string;
}

export interface Imported {
  /** Where they are now. */
  readonly store: string;
  readonly arrivals: Readonly<Record<Arrival, number>>;
  /** Ids that were there already with another body, `API/ID`; the first ones. */
  readonly conflicts: readonly string[];
}

/** Conflicts that are told by their ids. */
const SHOWN_CONFLICTS = 10;

/**
 * Stores the workloads of an export, after having looked through all of it. Rejects with errors of the areas MOVE, PROJECT, CONFIG, STATE, STORE,
 * REDIS and PAYLOADS, when some of them may be stored; it can be done again.
 */
export async function importState(options: ImportStateOptions): Promise<Imported> {
  options.signal.throwIfAborted();
  return moving('import', () => importAll(options));
}

async function importAll(options: ImportStateOptions): Promise<Imported> {
  const { redis, logger, file, signal } = options;
  const stateDir = await stateDirOf(options);
  const served = new Set((await readProject(options.path, () => stateDir)).specs.map(({ name }) => name));
  const contents = await lookThrough(file, signal);
  for (const [api, workloads] of contents.byApi) {
    if (served.has(api)) continue;
    logger.warning(
      `${workloadCount(workloads)} of ${api}, which the project does not have: imported all the same, and what waits goes on waiting until it is served again`,
    );
  }
  if (redis === null) {
    return withEmbedded(stateDir, options, (store) => importInto(store, stateDir, contents, options));
  }
  const apis = [...contents.byApi.keys()];
  return withRedisStore(redis, options, { apis, looksOnly: false }, ({ store }) =>
    importInto(store, `the Redis at ${redis.shown}`, contents, options),
  );
}

async function importInto(
  store: WorkloadStore,
  shown: string,
  { workloads }: ExportContents,
  { file, logger, signal }: ImportStateOptions,
): Promise<Imported> {
  const progress = new MoveProgress('Importing', workloads, (line) => {
    logger.info(line);
  });
  const arrivals = { stored: 0, known: 0, conflict: 0, expired: 0 };
  const conflicts: string[] = [];
  await importWorkloads({
    ...{ store, path: file, total: workloads, signal },
    onArrival: ({ api, id }, arrival) => {
      arrivals[arrival] += 1;
      if (arrival === 'conflict' && conflicts.length < SHOWN_CONFLICTS) conflicts.push(`${api}/${id}`);
      progress.moved(0);
    },
  });
  return { store: shown, arrivals, conflicts };
}

/** The error for what could not be imported; null where there is nothing of it. */
export function conflictOf({ arrivals, conflicts }: Imported): KnownError | null {
  if (arrivals.conflict === 0) return null;
  return KnownError.of('PONS_ERR_MOVE_CONFLICT', { count: arrivals.conflict, shown: conflicts });
}
