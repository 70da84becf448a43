import type { StoredBody } from './operations.ts';
import { readSlice, type SliceWriter } from './slices.ts';
import type { BodyRow, Tables } from './tables.ts';

type BodyTable = 'payloads' | 'results';

export function insertBody(tables: Tables, table: BodyTable, seq: number, body: StoredBody, bytes: Uint8Array): void {
  const insert = tables.sql(`INSERT INTO ${table} (seq, bytes, file, size) VALUES (?, ?, ?, ?)`);
  if ('file' in body) insert.run(seq, null, body.file, body.sizeBytes);
  else insert.run(seq, readSlice(bytes, body), null, body.length);
}

/** Deletes the row now, and its file once the transaction is durable. */
export function deleteBody(tables: Tables, table: BodyTable, seq: number): void {
  const row = tables.sql(`DELETE FROM ${table} WHERE seq = ? RETURNING file`).get(seq) as
    { file: string | null } | undefined;
  if (typeof row?.file === 'string') tables.unneeded.push(row.file);
}

/** Puts the body into the answer. */
export function storedBody(row: BodyRow, writer: SliceWriter): StoredBody {
  if (row.file !== null) return { file: row.file, sizeBytes: row.size };
  return writer.add(row.bytes ?? new Uint8Array(0));
}
