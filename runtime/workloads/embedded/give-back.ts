import { KnownError } from '../../errors/known-error.ts';
import { renderError } from '../../errors/render.ts';
import type { GiveBackOutcome } from '../store.ts';
import { ATTEMPTS_LIMIT } from '../states.ts';
import { end, heldBy } from './ends.ts';
import { deathReasons } from './lease.ts';
import type { Ask } from './operations.ts';
import { FAILED, IN_QUEUE } from './schema.ts';
import type { Tables } from './tables.ts';

/** Puts a leased workload back into its place, or fails it when its process died once too often. */
export function giveBack(tables: Tables, ask: Ask<'giveBack'>): GiveBackOutcome {
  const row = heldBy(tables, ask.ref);
  if (row === null) return 'refused';
  const reasons = deathReasons(row.death_reasons);
  if (ask.how.kind === 'process_died') {
    reasons.push(ask.how.reason);
    if (reasons.length >= ATTEMPTS_LIMIT) {
      end(tables, row, FAILED, ask.now, renderError(KnownError.of('PONS_ERR_WORKLOAD_ATTEMPTS', { reasons })));
      return 'failed';
    }
  }
  tables
    .sql(
      `UPDATE workloads SET status = ${IN_QUEUE}, token = NULL, attempt = attempt - ?, death_reasons = ? WHERE seq = ?`,
    )
    .run(ask.how.kind === 'not_begun' ? 1 : 0, reasons.length === 0 ? null : JSON.stringify(reasons), row.seq);
  const counts = tables.counts(row.api);
  counts.inProgress -= 1;
  counts.inQueue += 1;
  tables.queued.add(ask.ref.api);
  return 'in_queue';
}
