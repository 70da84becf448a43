import type { Arrival } from '../carriage.ts';
import { insertBody } from './body-rows.ts';
import { keyOf, rowById } from './by-id.ts';
import type { Ask } from './operations.ts';
import { IN_QUEUE, STATUSES } from './schema.ts';
import { readSlice } from './slices.ts';
import type { Tables } from './tables.ts';

/** Stores a workload as it was in another store, behind all others, unless its API has one of that id. */
export function adopt(tables: Tables, { workload, endedAfter }: Ask<'adopt'>, bytes: Uint8Array): Arrival {
  if (workload.endedAt !== null && workload.endedAt < endedAfter) return 'expired';
  const api = tables.ensureApi(workload.api);
  const digest = readSlice(bytes, workload.digest);
  const known = rowById(tables, api, workload.id);
  if (known !== null) return Buffer.compare(known.digest, digest) === 0 ? 'known' : 'conflict';
  const { id, submittedAt, endedAt, attempt, supervisorDeaths, deathReasons, contentType, error } = workload;
  const status = STATUSES.indexOf(workload.status);
  const { lastInsertRowid } = tables
    .sql(
      `INSERT INTO workloads
         (api, id, key, status, submitted_at, ended_at, attempt, supervisor_deaths, death_reasons, content_type, digest, error)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    )
    .run(
      ...[api, id, keyOf(api, id), status, submittedAt, endedAt, attempt, supervisorDeaths],
      ...[jsonOr(deathReasons.length === 0 ? null : deathReasons), contentType, digest, jsonOr(error)],
    );
  if (workload.body !== null) {
    const table = status === IN_QUEUE ? 'payloads' : 'results';
    insertBody(tables, table, Number(lastInsertRowid), workload.body, bytes);
  }
  if (status === IN_QUEUE) {
    tables.counts(api).inQueue += 1;
    tables.queued.add(workload.api);
  }
  return 'stored';
}

function jsonOr(value: object | null): string | null {
  return value === null ? null : JSON.stringify(value);
}
