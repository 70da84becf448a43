import type { ErrorView } from '../../errors/render.ts';
import type { QueueCounts } from '../store.ts';
import { storedBody } from './body-rows.ts';
import { rowById } from './by-id.ts';
import type { Ask, StoredRecord } from './operations.ts';
import { COMPLETED, IN_QUEUE, STATUSES } from './schema.ts';
import type { SliceWriter } from './slices.ts';
import type { BodyRow, Tables } from './tables.ts';

export function find(tables: Tables, ask: Ask<'find'>, writer: SliceWriter): StoredRecord | null {
  const api = tables.apiNumber(ask.api);
  if (api === null) return null;
  const row = rowById(tables, api, ask.id);
  const status = row === null ? undefined : STATUSES[row.status];
  if (row === null || status === undefined) return null;
  return {
    status,
    submittedAt: row.submitted_at,
    endedAt: row.ended_at,
    result: row.status === COMPLETED ? resultOf(tables, row.seq, writer) : null,
    error: row.error === null ? null : (JSON.parse(row.error) as ErrorView),
  };
}

function resultOf(tables: Tables, seq: number, writer: SliceWriter): StoredRecord['result'] {
  const row = tables.sql('SELECT bytes, file, size FROM results WHERE seq = ?').get(seq) as BodyRow | undefined;
  return row === undefined ? null : storedBody(row, writer);
}

/** Costs the same however many workloads there are: the counts are in memory, the oldest is the first of an index. */
export function counts(tables: Tables, ask: Ask<'counts'>): QueueCounts {
  const api = tables.apiNumber(ask.api);
  if (api === null) return { inQueue: 0, inProgress: 0, oldestSubmittedAt: null };
  const oldest = tables
    .sql(
      `SELECT submitted_at FROM workloads INDEXED BY live WHERE api = ? AND status < 2 AND status = ${IN_QUEUE} ORDER BY seq LIMIT 1`,
    )
    .get(api) as { submitted_at: number } | undefined;
  return { ...tables.counts(api), oldestSubmittedAt: oldest?.submitted_at ?? null };
}
