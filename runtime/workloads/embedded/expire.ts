import { deleteBody } from './body-rows.ts';
import type { Ask } from './operations.ts';
import type { Tables } from './tables.ts';

/** Deletes the workloads that ended longest ago, with all that belongs to them. */
export function expire(tables: Tables, ask: Ask<'expire'>): number {
  const rows = tables
    .sql(
      'SELECT seq FROM workloads INDEXED BY ended WHERE ended_at IS NOT NULL AND ended_at < ? ORDER BY ended_at LIMIT ?',
    )
    .all(ask.before, ask.limit) as { seq: number }[];
  for (const { seq } of rows) {
    deleteBody(tables, 'results', seq);
    tables.sql('DELETE FROM workloads WHERE seq = ?').run(seq);
  }
  return rows.length;
}
