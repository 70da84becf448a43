import { copyFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import { makeTempDir } from '../temp-dir.ts';

export interface StoredWorkload {
  readonly api: string;
  readonly id: string;
  readonly status: number;
}

export interface FolderFindings {
  readonly workloads: readonly StoredWorkload[];
  /** What should not be there, in words. */
  readonly objections: readonly string[];
}

const EXPECTED = [
  '.gitignore',
  '.pons-state',
  'bodies',
  'deployments',
  'environments',
  'lock',
  'run',
  'store.db',
  'store.db.made',
];

/** Reads the state folder of a program that has ended in order, when all workloads have ended. */
export function inspectStateFolder(stateDir: string): FolderFindings {
  const objections: string[] = [];
  const strangers = readdirSync(stateDir).filter((name) => !EXPECTED.includes(name));
  if (strangers.length > 0) objections.push(`left in the state folder: ${strangers.join(', ')}`);
  const runs = readdirSync(join(stateDir, 'run'));
  if (runs.length > 0) objections.push(`left run folders: ${runs.join(', ')}`);
  const deployments = readdirSync(join(stateDir, 'deployments'));
  if (deployments.length > 1) objections.push(`left deployments: ${deployments.join(', ')}`);
  // A copy: whoever opens the store itself leaves traces, or a lock.
  const copy = join(makeTempDir(), 'store.db');
  copyFileSync(join(stateDir, 'store.db'), copy);
  const database = new DatabaseSync(copy);
  try {
    const all = <T>(sql: string): T[] => database.prepare(sql).all() as T[];
    const [{ integrity_check: integrity } = { integrity_check: 'nothing' }] = all<{ integrity_check: string }>(
      'PRAGMA integrity_check',
    );
    if (integrity !== 'ok') objections.push(`the store is damaged: ${integrity}`);
    const [{ n: payloads } = { n: -1 }] = all<{ n: number }>('SELECT count(*) AS n FROM payloads');
    if (payloads !== 0) objections.push(`${payloads} payloads are left`);
    const needed = all<{ file: string }>('SELECT file FROM results WHERE file IS NOT NULL').map(({ file }) => file);
    const files = readdirSync(join(stateDir, 'bodies'));
    const orphans = files.filter((name) => !needed.includes(name));
    if (orphans.length > 0) objections.push(`${orphans.length} body files are left: ${orphans.join(', ')}`);
    const missing = needed.filter((name) => !files.includes(name));
    if (missing.length > 0) objections.push(`${missing.length} results are missing: ${missing.join(', ')}`);
    const workloads = all<StoredWorkload>(
      'SELECT apis.name AS api, id, status FROM workloads JOIN apis ON apis.no = workloads.api',
    );
    return { workloads, objections };
  } finally {
    database.close();
  }
}
