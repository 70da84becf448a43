import { hash } from 'node:crypto';
import type { Tables } from './tables.ts';

/** A workload as its API and id lead to it. */
export interface ByIdRow {
  readonly seq: number;
  readonly api: number;
  readonly status: number;
  readonly submitted_at: number;
  readonly ended_at: number | null;
  readonly error: string | null;
  readonly digest: Uint8Array;
}

/** Six bytes of a hash that nobody can steer many ids into: what `workloads.key` holds. */
export function keyOf(api: number, id: string): number {
  return Number.parseInt(hash('sha1', `${api}/${id}`).slice(0, 12), 16);
}

/** The workload of an id, if there is one. */
export function rowById(tables: Tables, api: number, id: string): ByIdRow | null {
  const row = tables
    .sql(
      `SELECT seq, api, status, submitted_at, ended_at, error, digest FROM workloads INDEXED BY by_key
       WHERE key = ? AND id = ? AND api = ?`,
    )
    .get(keyOf(api, id), id, api) as ByIdRow | undefined;
  return row ?? null;
}
