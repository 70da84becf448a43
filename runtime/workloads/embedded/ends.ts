import type { ErrorView } from '../../errors/render.ts';
import type { CancelOutcome, EndOutcome, LeaseRef } from '../store.ts';
import { isEnded } from '../states.ts';
import { deleteBody, insertBody } from './body-rows.ts';
import { rowById } from './by-id.ts';
import type { Ask } from './operations.ts';
import { CANCELLED, COMPLETED, FAILED, IN_PROGRESS, IN_QUEUE, STATUSES } from './schema.ts';
import { seqOfToken, type Tables } from './tables.ts';

/** A workload that has not ended: its place, the number of its API, and where it stands. */
export interface LiveRow {
  readonly seq: number;
  readonly api: number;
  readonly status: number;
}

export interface HeldRow extends LiveRow {
  readonly death_reasons: string | null;
}

/** The workload that `ref` holds, or null where the token is no longer the store's. */
export function heldBy(tables: Tables, ref: LeaseRef): HeldRow | null {
  const seq = seqOfToken(ref.token);
  const api = tables.apiNumber(ref.api);
  if (seq === null || api === null) return null;
  const row = tables
    .sql(
      `SELECT seq, api, status, death_reasons FROM workloads
       WHERE seq = ? AND token = ? AND id = ? AND api = ? AND status = ${IN_PROGRESS}`,
    )
    .get(seq, ref.token, ref.id, api) as HeldRow | undefined;
  return row ?? null;
}

/** Ends a workload for good and deletes its payload. */
export function end(tables: Tables, row: LiveRow, status: number, now: number, error: ErrorView | null): void {
  tables
    .sql('UPDATE workloads SET status = ?, ended_at = ?, token = NULL, error = ? WHERE seq = ?')
    .run(status, now, error === null ? null : JSON.stringify(error), row.seq);
  ended(tables, row, status);
}

/** What belongs to an end beside the record itself. */
function ended(tables: Tables, row: LiveRow, status: number): void {
  deleteBody(tables, 'payloads', row.seq);
  const name = STATUSES[status];
  if (name !== undefined && isEnded(name)) tables.ended.push([tables.apiName(row.api), name]);
  const counts = tables.counts(row.api);
  if (row.status === IN_QUEUE) counts.inQueue -= 1;
  else counts.inProgress -= 1;
}

export function complete(tables: Tables, ask: Ask<'complete'>, bytes: Uint8Array): EndOutcome {
  const { ref, result, now } = ask;
  const seq = seqOfToken(ref.token);
  const api = tables.apiNumber(ref.api);
  if (seq === null || api === null) return 'refused';
  // One statement that looks and ends: this is the way that most workloads go.
  const { changes } = tables
    .sql(
      `UPDATE workloads SET status = ${COMPLETED}, ended_at = ?, token = NULL
       WHERE seq = ? AND token = ? AND id = ? AND api = ? AND status = ${IN_PROGRESS}`,
    )
    .run(now, seq, ref.token, ref.id, api);
  if (changes === 0) return 'refused';
  insertBody(tables, 'results', seq, result, bytes);
  ended(tables, { seq, api, status: IN_PROGRESS }, COMPLETED);
  return 'done';
}

export function fail(tables: Tables, ask: Ask<'fail'>): EndOutcome {
  const row = heldBy(tables, ask.ref);
  if (row === null) return 'refused';
  end(tables, row, FAILED, ask.now, ask.error);
  return 'done';
}

export function cancel(tables: Tables, ask: Ask<'cancel'>): CancelOutcome {
  const api = tables.apiNumber(ask.api);
  if (api === null) return 'not_found';
  const row = rowById(tables, api, ask.id);
  if (row === null) return 'not_found';
  const status = STATUSES[row.status];
  if (status !== undefined && isEnded(status)) return { alreadyEnded: status };
  end(tables, row, CANCELLED, ask.now, null);
  return 'cancelled';
}
