import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { DatabaseSync, type DatabaseSyncInstance } from '@photostructure/sqlite';
import { APPLICATION_ID } from '../../state/store-file.ts';
import { FaultError, faultOf } from './fault.ts';
import type { StorePaths } from './paths.ts';

/** The format of the database file. A change that an older version would misread needs the next number. */
const FORMAT_VERSION = 1;

/** The position in this list is what `workloads.status` holds. */
export const STATUSES = ['in_queue', 'in_progress', 'completed', 'failed', 'cancelled'] as const;
export const IN_QUEUE = 0;
export const IN_PROGRESS = 1;
export const COMPLETED = 2;
export const FAILED = 3;
export const CANCELLED = 4;

/*
 * `seq` is the order of submission. Bodies have tables of their own, so that a workload's row stays small, and what is written at the ends of tables
 * and partial indexes stays as fast with millions of ended workloads as with none. Only `by_key` is written all over, so it holds 48 bits of a
 * hash in place of the id: a quarter of the pages. Few ids share a key, and what is found is compared whole.
 */
const TABLES = `
CREATE TABLE apis (no INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE workloads (
  seq INTEGER PRIMARY KEY,
  api INTEGER NOT NULL,
  id TEXT NOT NULL,
  status INTEGER NOT NULL,
  submitted_at INTEGER NOT NULL,
  ended_at INTEGER,
  attempt INTEGER NOT NULL DEFAULT 0,
  supervisor_deaths INTEGER NOT NULL DEFAULT 0,
  token TEXT,
  death_reasons TEXT,
  content_type TEXT NOT NULL,
  digest BLOB NOT NULL,
  error TEXT,
  key INTEGER NOT NULL
);
CREATE INDEX by_key ON workloads (key);
CREATE INDEX live ON workloads (api, status) WHERE status < 2;
CREATE INDEX ended ON workloads (ended_at) WHERE ended_at IS NOT NULL;
CREATE TABLE payloads (seq INTEGER PRIMARY KEY, bytes BLOB, file TEXT, size INTEGER NOT NULL);
CREATE TABLE results (seq INTEGER PRIMARY KEY, bytes BLOB, file TEXT, size INTEGER NOT NULL);
CREATE INDEX payload_files ON payloads (file) WHERE file IS NOT NULL;
CREATE INDEX result_files ON results (file) WHERE file IS NOT NULL;
`;

const MADE_TEXT =
  'This folder has a store.db. Without it Pons does not start: whoever means to begin with an empty one deletes this file.\n';

/** Opens the store, creating it where there never was one. Throws a FaultError: `PONS_ERR_STORE_MISSING`, `_CORRUPT`, `_VERSION`, `_FULL` or `_IO`. */
export function openDatabase(paths: StorePaths): DatabaseSyncInstance {
  if (!existsSync(paths.database)) {
    if (existsSync(paths.made)) throw missing(paths);
    create(paths);
  }
  if (statSync(paths.database).size === 0) throw corrupt(paths.database, 'the file is empty');
  let database: DatabaseSyncInstance | null = null;
  try {
    database = new DatabaseSync(paths.database, { enableForeignKeyConstraints: false });
    // First of all: what is not ours is not even switched to another journal.
    assertOurs(database, paths.database);
    tune(database);
    if (!existsSync(paths.made)) writeFileSync(paths.made, MADE_TEXT, { mode: 0o600 });
    return database;
  } catch (error) {
    database?.close();
    throw new FaultError(faultOf(error, paths.database));
  }
}

/** A store appears complete or not at all: so an empty or half-written file is damage, never the trace of an interrupted first start. */
function create(paths: StorePaths): void {
  const draft = `${paths.database}.new`;
  try {
    rmSync(draft, { force: true });
    rmSync(`${draft}-journal`, { force: true });
    // Before SQLite would: the log takes its permissions from this file.
    writeFileSync(draft, '', { mode: 0o600 });
    const database = new DatabaseSync(draft);
    try {
      database.exec(
        `PRAGMA page_size = 4096; PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${FORMAT_VERSION};`,
      );
      database.exec(`BEGIN; ${TABLES} COMMIT;`);
    } finally {
      database.close();
    }
    syncPath(draft);
    renameSync(draft, paths.database);
    syncPath(paths.folder);
  } catch (error) {
    throw new FaultError(faultOf(error, paths.database));
  }
}

/** Makes what was written to a file, or renamed within a folder, survive a loss of power. */
function syncPath(path: string): void {
  const fd = openSync(path, 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

function tune(database: DatabaseSyncInstance): void {
  // Exclusive before WAL: then no shared-memory file is mapped, which on a full disk would end the process with SIGBUS.
  database.exec('PRAGMA locking_mode = EXCLUSIVE');
  database.exec('PRAGMA journal_mode = WAL');
  database.exec('PRAGMA synchronous = FULL');
  // 16 MB of log between checkpoints, of which each rewrites a page once however often it changed.
  database.exec('PRAGMA wal_autocheckpoint = 4096');
  database.exec('PRAGMA journal_size_limit = 67108864');
  database.exec('PRAGMA cache_size = -32768');
  database.exec('PRAGMA temp_store = MEMORY');
}

function assertOurs(database: DatabaseSyncInstance, path: string): void {
  const applicationId = Number(Object.values(database.prepare('PRAGMA application_id').get() as object)[0]);
  const found = Number(Object.values(database.prepare('PRAGMA user_version').get() as object)[0]);
  if (applicationId !== APPLICATION_ID) throw corrupt(path, 'it is a database, but not one of Pons');
  if (found > FORMAT_VERSION) {
    throw new FaultError({ code: 'PONS_ERR_STORE_VERSION', facts: { path, found, supported: FORMAT_VERSION } });
  }
}

function missing({ database, made }: StorePaths): FaultError {
  return new FaultError({ code: 'PONS_ERR_STORE_MISSING', facts: { path: database, made } });
}

function corrupt(path: string, reason: string): FaultError {
  return new FaultError({ code: 'PONS_ERR_STORE_CORRUPT', facts: { path, reason } });
}
