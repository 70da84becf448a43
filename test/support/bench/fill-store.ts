import { createHash, randomUUID } from 'node:crypto';
import { cpSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DatabaseSync, type DatabaseSyncInstance } from '@photostructure/sqlite';
import { keyOf } from '../../../runtime/workloads/embedded/by-id.ts';
import { openEmbeddedStore } from '../../../runtime/workloads/embedded/open.ts';
import { storePaths } from '../../../runtime/workloads/embedded/paths.ts';
import { cached } from './cached.ts';
import { BODY } from './load.ts';

const SOURCES = fileURLToPath(new URL('../../../runtime/workloads/embedded', import.meta.url));
const RESULT = Buffer.from(JSON.stringify({ ok: true }));

/** Makes `stateDir` a state folder with `count` completed workloads of the API `api`, each with a result. The first time that takes a minute. */
export async function copyFilledStore(stateDir: string, api: string, count: number): Promise<void> {
  const sources = readdirSync(SOURCES).map((name) => readFileSync(join(SOURCES, name), 'utf8'));
  // Of the day: what ended long ago would be deleted.
  const facts = [api, String(count), new Date().toISOString().slice(0, 10), ...sources];
  cpSync(await cached('filled', facts, (draft) => fill(draft, api, count)), stateDir, { recursive: true });
}

/** The first workload is made by the store, the others are copies of its rows under ids of their own, which takes a tenth of the time. */
async function fill(stateDir: string, api: string, count: number): Promise<void> {
  const store = await openEmbeddedStore({ stateDir });
  const received = {
    body: { kind: 'bytes', bytes: BODY } as const,
    digest: createHash('sha256').update(BODY).digest(),
  };
  await store.submit({ api, id: randomUUID(), isNewId: true, contentType: 'application/json', received });
  const { leases } = await store.lease(api, 1);
  for (const lease of leases) await store.complete(lease, RESULT);
  await store.close();
  const database = new DatabaseSync(storePaths(stateDir).database);
  try {
    // Nothing of it is worth keeping if the machine fails meanwhile.
    database.exec('PRAGMA synchronous = OFF; PRAGMA cache_size = -524288; BEGIN');
    copyRows(database, count - 1);
    database.exec('COMMIT; PRAGMA wal_checkpoint(TRUNCATE)');
  } finally {
    database.close();
  }
}

function copyRows(database: DatabaseSyncInstance, copies: number): void {
  const { seq, api } = database.prepare('SELECT seq, api FROM workloads').get() as { seq: number; api: number };
  const same = otherColumns(database, 'workloads', ['seq', 'id', 'key']);
  const insert = database.prepare(
    `INSERT INTO workloads (seq, id, key, ${same}) SELECT ?, ?, ?, ${same} FROM workloads WHERE seq = ${seq}`,
  );
  for (let copy = 1; copy <= copies; copy += 1) {
    const id = randomUUID();
    insert.run(seq + copy, id, keyOf(api, id));
  }
  const rest = otherColumns(database, 'results', ['seq']);
  database.exec(
    `WITH RECURSIVE copy (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM copy WHERE n < ${copies})
     INSERT INTO results (seq, ${rest}) SELECT ${seq} + n, ${rest} FROM copy, results WHERE results.seq = ${seq}`,
  );
}

function otherColumns(database: DatabaseSyncInstance, table: string, names: readonly string[]): string {
  const columns = database.prepare(`SELECT name FROM pragma_table_info('${table}')`).all() as { name: string }[];
  return columns
    .map(({ name }) => name)
    .filter((name) => !names.includes(name))
    .join(', ');
}
