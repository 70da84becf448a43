import { existsSync, linkSync, renameSync, rmSync, statSync } from 'node:fs';
import type { StorePaths } from './paths.ts';

/*
 * Hazard: SQLite works its log into a database that it opens, and deletes it when it closes, also one in which it has found damage: the newest writes would be
 * left nowhere but in the damaged file. Remedy: the log has a second name until the store is known to be sound.
 */

/** Gives the log of a store that was cut off a second name. To be called with the lock held, before the database is opened. */
export function keepLog(paths: StorePaths): void {
  putLogBack(paths);
  const { log, kept } = namesOf(paths);
  try {
    if (existsSync(log) && statSync(log).size > 0) linkSync(log, kept);
  } catch {
    // A file system without links: SQLite does what it does.
  }
}

/** The store is sound. */
export function dropKeptLog(paths: StorePaths): void {
  rmSync(namesOf(paths).kept, { force: true });
}

/** The store is not, and is closed: its log is again where it was. */
export function putLogBack(paths: StorePaths): void {
  const { log, kept } = namesOf(paths);
  if (!existsSync(kept)) return;
  if (existsSync(log)) rmSync(kept, { force: true });
  else renameSync(kept, log);
}

function namesOf({ database }: StorePaths): { readonly log: string; readonly kept: string } {
  return { log: `${database}-wal`, kept: `${database}-wal.kept` };
}
