import type { SubmitOutcome } from '../store.ts';
import { insertBody } from './body-rows.ts';
import { keyOf } from './by-id.ts';
import type { Ask } from './operations.ts';
import { IN_QUEUE } from './schema.ts';
import { readSlice } from './slices.ts';
import type { Tables } from './tables.ts';

/** Stores record, payload and queue entry, unless the API has a workload of that id. */
export function submit(tables: Tables, ask: Ask<'submit'>, bytes: Uint8Array): SubmitOutcome {
  const api = tables.ensureApi(ask.api);
  const digest = readSlice(bytes, ask.digest);
  const key = keyOf(api, ask.id);
  const known = ask.isNewId ? null : digestOf(tables, api, ask.id, key);
  if (known !== null) return Buffer.compare(known, digest) === 0 ? 'known' : 'conflict';
  const { lastInsertRowid } = tables
    .sql(
      `INSERT INTO workloads (api, id, key, status, submitted_at, content_type, digest)
       VALUES (?, ?, ?, ${IN_QUEUE}, ?, ?, ?)`,
    )
    .run(api, ask.id, key, ask.now, ask.contentType, digest);
  insertBody(tables, 'payloads', Number(lastInsertRowid), ask.payload, bytes);
  tables.counts(api).inQueue += 1;
  tables.queued.add(ask.api);
  return 'stored';
}

function digestOf(tables: Tables, api: number, id: string, key: number): Uint8Array | null {
  const row = tables
    .sql('SELECT digest FROM workloads INDEXED BY by_key WHERE key = ? AND id = ? AND api = ?')
    .get(key, id, api) as { digest: Uint8Array } | undefined;
  return row?.digest ?? null;
}
