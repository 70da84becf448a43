import { join } from 'node:path';
import { KnownError } from '../../errors/known-error.ts';
import { renderError } from '../../errors/render.ts';
import { ALONE_FROM_DEATHS } from '../states.ts';
import { storedBody } from './body-rows.ts';
import { rowById } from './by-id.ts';
import { end } from './ends.ts';
import type { Answer, Ask, StoredBody, StoredLease } from './operations.ts';
import { FAILED, IN_PROGRESS, IN_QUEUE } from './schema.ts';
import type { SliceWriter } from './slices.ts';
import type { BodyRow, Tables } from './tables.ts';

interface QueuedRow {
  readonly seq: number;
  readonly id: string;
  readonly content_type: string;
  readonly submitted_at: number;
  readonly attempt: number;
  readonly death_reasons: string | null;
  readonly file: string | null;
  /** Of the payload, where that is no file. */
  readonly length: number | null;
  /** The payload itself, where it is small. */
  readonly bytes: Uint8Array | null;
}

/** Payloads up to this come with the rows that are looked at: a look-up of their own costs more. */
const SMALL_PAYLOAD_BYTES = 16 * 1024;

/** Takes the oldest workloads of the queue. One whose payload's file is missing fails here instead. */
export function lease(tables: Tables, ask: Ask<'lease'>, limitBytes: number, writer: SliceWriter): Answer<'lease'> {
  const api = tables.apiNumber(ask.api);
  if (api === null) return { leases: [], more: false };
  const leases: StoredLease[] = [];
  while (leases.length < ask.count && tables.counts(api).inQueue > 0) {
    const rows = ask.ids === null ? oldest(tables, api, ask.count - leases.length) : named(tables, api, ask.ids);
    for (const row of rows) {
      if (leases.length > 0 && writer.length + (row.length ?? 0) > limitBytes) return { leases, more: true };
      if (row.file !== null && !tables.hasFile(row.file)) failWithoutPayload(tables, api, row, row.file, ask.now);
      else leases.push(take(tables, api, row, writer));
    }
    if (rows.length === 0 || ask.ids !== null) break;
  }
  return { leases, more: tables.counts(api).inQueue > 0 };
}

// Without large payloads: how many of those may be read shows only here.
const COLUMNS = `w.seq AS seq, id, content_type, submitted_at, attempt, death_reasons, file, length(bytes) AS length,
  iif(length(bytes) <= ${SMALL_PAYLOAD_BYTES}, bytes, NULL) AS bytes`;

function named(tables: Tables, api: number, ids: readonly string[]): readonly QueuedRow[] {
  const found = ids.map((id) => rowById(tables, api, id)).filter((row) => row?.status === IN_QUEUE);
  const statement = tables.sql(
    `SELECT ${COLUMNS} FROM workloads w LEFT JOIN payloads p ON p.seq = w.seq WHERE w.seq = ?`,
  );
  return found.map((row) => statement.get(row?.seq ?? 0) as QueuedRow);
}

function oldest(tables: Tables, api: number, count: number): readonly QueuedRow[] {
  return tables
    .sql(
      `SELECT ${COLUMNS}
       FROM workloads w INDEXED BY live LEFT JOIN payloads p ON p.seq = w.seq
       WHERE api = ? AND status < 2 AND status = ${IN_QUEUE} ORDER BY w.seq LIMIT ?`,
    )
    .all(api, count) as QueuedRow[];
}

function payloadOf(tables: Tables, seq: number, writer: SliceWriter): StoredBody {
  const row = tables.sql('SELECT bytes, file, size FROM payloads WHERE seq = ?').get(seq) as BodyRow | undefined;
  return row === undefined ? writer.add(new Uint8Array(0)) : storedBody(row, writer);
}

function take(tables: Tables, api: number, row: QueuedRow, writer: SliceWriter): StoredLease {
  const token = tables.newToken(row.seq);
  tables
    .sql(`UPDATE workloads SET status = ${IN_PROGRESS}, attempt = attempt + 1, token = ? WHERE seq = ?`)
    .run(token, row.seq);
  const counts = tables.counts(api);
  counts.inQueue -= 1;
  counts.inProgress += 1;
  return {
    id: row.id,
    token,
    contentType: row.content_type,
    payload: row.bytes === null ? payloadOf(tables, row.seq, writer) : writer.add(row.bytes),
    attempt: row.attempt + 1,
    alone: deathReasons(row.death_reasons).length >= ALONE_FROM_DEATHS,
    submittedAt: row.submitted_at,
  };
}

function failWithoutPayload(tables: Tables, api: number, row: QueuedRow, file: string, now: number): void {
  const path = join(tables.bodies, file);
  const error = renderError(KnownError.of('PONS_ERR_WORKLOAD_BODY_MISSING', { path }));
  end(tables, { seq: row.seq, api, status: IN_QUEUE }, FAILED, now, error);
}

/** The reasons of a workload's deaths so far, oldest first. */
export function deathReasons(stored: string | null): string[] {
  return stored === null ? [] : (JSON.parse(stored) as string[]);
}
