import { chmodSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { DatabaseSync, type DatabaseSyncInstance } from '@photostructure/sqlite';
import { FaultError, isBusy, faultOf } from './fault.ts';
import type { StorePaths } from './paths.ts';

/*
 * Two supervisors on one state folder would run every workload twice and tear the store apart. The lock is an exclusive SQLite transaction that
 * is never ended, since Node has no flock: the kernel drops it with the process, however that ends.
 * Hazards: a DatabaseSync that nothing refers to any more is closed by the garbage collector, which drops the lock: keep the StateLock reachable.
 * Opening and closing the lock file by other means in the same process drops it, too (POSIX locks belong to the process): the owner has its own file.
 */

/** The hold on a state folder. */
export interface StateLock {
  /** To be called once, when the store is closed. */
  release(): void;
}

interface Owner {
  readonly pid: number;
  readonly host: string;
  /** Tells the process from a later one with the same id; null where the system does not say. */
  readonly startedAt: string | null;
}

/** Takes the state folder for this process. Throws a FaultError with `PONS_ERR_STATE_LOCKED` that names the holder. */
export function takeLock(paths: StorePaths): StateLock {
  let database: DatabaseSyncInstance;
  try {
    keepPrivate(paths.lock);
    database = new DatabaseSync(paths.lock, { timeout: 0 });
    database.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    if (!isBusy(error)) throw new FaultError(faultOf(error, paths.lock));
    throw new FaultError({
      code: 'PONS_ERR_STATE_LOCKED',
      facts: { path: paths.folder, holder: describeHolder(readOwner(paths.owner)) },
    });
  }
  const owner: Owner = { pid: process.pid, host: hostname(), startedAt: startOf(process.pid) };
  writeFileSync(paths.owner, JSON.stringify(owner), { mode: 0o600 });
  return {
    release() {
      rmSync(paths.owner, { force: true });
      database.close();
    },
  };
}

/** Makes the file before SQLite would for everybody to read. One that is there is not opened: closing it would drop the lock. */
function keepPrivate(path: string): void {
  if (existsSync(path)) chmodSync(path, 0o600);
  else writeFileSync(path, '', { flag: 'wx', mode: 0o600 });
}

function readOwner(path: string): Owner | null {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Owner;
  } catch {
    return null;
  }
}

/** Names the process only when it is certain: what an earlier holder left behind must not send anybody to kill a stranger. */
function describeHolder(owner: Owner | null): string {
  if (owner === null) return 'another process';
  if (owner.host !== hostname()) return `another process (the last one known is ${owner.pid} on ${owner.host})`;
  return startOf(owner.pid) === owner.startedAt && isAlive(owner.pid) ? `process ${owner.pid}` : 'another process';
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** The time at which a process began, in the kernel's ticks, as text. Source: proc(5), /proc/pid/stat, field 22. */
function startOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${String(pid)}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  } catch {
    return null;
  }
}
