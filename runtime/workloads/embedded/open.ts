import { resolve } from 'node:path';
import { EXPIRY_INTERVAL_MS } from '../retention.ts';
import { KnownError } from '../../errors/known-error.ts';
import { messageOf } from '../../errors/render.ts';
import { assertNoShortage } from '../../processes/shortage.ts';
import { claimStateFolder } from '../../state/claim.ts';
import { RESERVE_BYTES } from '../../state/reserve.ts';
import { Bodies } from './bodies.ts';
import { EndListeners } from '../end-listeners.ts';
import { openingErrorOf } from './fault.ts';
import { Disk } from './disk.ts';
import { GroupCommit } from './group-commit.ts';
import { putLogBack } from './kept-log.ts';
import type { Opened } from './operations.ts';
import { storePaths } from './paths.ts';
import { Listeners } from '../listeners.ts';
import { EmbeddedStore } from './store.ts';
import { nextMessage, startThread } from './thread.ts';

/** What whoever opened the store should log. */
export type StoreNotice =
  | ({ readonly kind: 'recovered' } & Opened)
  | { readonly kind: 'expired'; readonly workloads: number }
  /** The store is gone for this process: every call rejects from now on. */
  | { readonly kind: 'lost'; readonly error: KnownError };

export interface EmbeddedStoreOptions {
  /** The state folder; created where there is none. */
  readonly stateDir: string;
  readonly onNotice?: (notice: StoreNotice) => void;
  /** Tells the time in epoch ms; `Date.now` unless a test needs another. */
  readonly clock?: () => number;
  /** Free bytes of the disk that submissions leave alone; 64 MB unless given. */
  readonly reserveBytes?: number;
  /** How often workloads past their time are deleted, in ms; 0 for never by itself. */
  readonly expiryIntervalMs?: number;
}

/**
 * Opens the store of a state folder and takes its lock. Leases of a supervisor that died are back in the queue when it resolves.
 * Rejects with `PONS_ERR_STATE_LOCKED`, `PONS_ERR_STATE_FOREIGN`, `PONS_ERR_STATE_NOT_A_FOLDER`, `PONS_ERR_STATE_UNWRITABLE`,
 * `PONS_ERR_STATE_DISK_FULL`, `PONS_ERR_STORE_CORRUPT`, `PONS_ERR_STORE_MISSING`, `PONS_ERR_STORE_VERSION`, `PONS_ERR_STORE_IO` or an
 * error of the area MACHINE.
 */
export async function openEmbeddedStore(options: EmbeddedStoreOptions): Promise<EmbeddedStore> {
  const paths = storePaths(resolve(options.stateDir));
  claimStateFolder(paths.folder);
  const clock = options.clock ?? Date.now;
  const notify = options.onNotice ?? (() => undefined);
  const thread = start({ paths, now: clock() });
  const first = await nextMessage(thread).catch((error: unknown) => {
    assertNoShortage(error, THREAD);
    throw KnownError.of('PONS_ERR_STORE_IO', { path: paths.database, reason: messageOf(error) }, error);
  });
  if (first?.kind === 'refused') {
    await thread.terminate();
    // Only now nothing has the database open: statements that nobody has collected keep it.
    putLogBack(paths);
    throw openingErrorOf(first.fault);
  }
  if (first?.kind !== 'opened') {
    throw KnownError.of('PONS_ERR_STORE_IO', { path: paths.database, reason: 'its thread did not start' });
  }
  const listeners = new Listeners();
  const endListeners = new EndListeners(first.ended);
  const commits = new GroupCommit(thread, paths.database, {
    onQueued: (api) => {
      listeners.call(api);
    },
    onEnded: (ended) => {
      endListeners.call(ended);
    },
    onLost: (error) => {
      notify({ kind: 'lost', error });
    },
  });
  const disk = new Disk(paths, options.reserveBytes ?? RESERVE_BYTES);
  // What lies there now is what was opened.
  await disk.refusal(0);
  const store = new EmbeddedStore({
    thread,
    commits,
    listeners,
    endListeners,
    clock,
    disk,
    bodies: new Bodies(paths.bodies, disk),
  });
  if (first.opened.requeued + first.opened.failed + first.opened.swept > 0)
    notify({ kind: 'recovered', ...first.opened });
  store.expireEvery(options.expiryIntervalMs ?? EXPIRY_INTERVAL_MS, (workloads) => {
    notify({ kind: 'expired', workloads });
  });
  return store;
}

const THREAD = 'The thread of the store';

function start(data: Parameters<typeof startThread>[0]): ReturnType<typeof startThread> {
  try {
    return startThread(data);
  } catch (error) {
    assertNoShortage(error, THREAD);
    throw error;
  }
}
