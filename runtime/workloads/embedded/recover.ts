import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { KnownError } from '../../errors/known-error.ts';
import { renderError } from '../../errors/render.ts';
import { SUPERVISOR_DEATHS_LIMIT } from '../states.ts';
import { isBodyFileName } from './body-file.ts';
import { end, type LiveRow } from './ends.ts';
import type { Opened } from './operations.ts';
import { FAILED, IN_PROGRESS, IN_QUEUE } from './schema.ts';
import type { Tables } from './tables.ts';

/** Puts right what a supervisor left that died: its leases end, as deaths of the supervisor, and files without a workload go. In one transaction of its own. */
export function recover(tables: Tables, now: number): Opened {
  tables.database.exec('BEGIN IMMEDIATE');
  const rows = tables
    .sql(
      `SELECT seq, api, status, supervisor_deaths FROM workloads WHERE seq IN
       (SELECT w.seq FROM workloads w INDEXED BY live WHERE w.status < 2 AND w.api IN (SELECT no FROM apis) AND w.status = ${IN_PROGRESS})`,
    )
    .all() as unknown as (LiveRow & { readonly supervisor_deaths: number })[];
  let failed = 0;
  for (const row of rows) {
    const deaths = row.supervisor_deaths + 1;
    if (deaths >= SUPERVISOR_DEATHS_LIMIT) {
      end(tables, row, FAILED, now, renderError(KnownError.of('PONS_ERR_WORKLOAD_SUPERVISOR_DEATHS', { deaths })));
      failed += 1;
    } else requeue(tables, row, deaths);
  }
  tables.database.exec('COMMIT');
  return { requeued: rows.length - failed, failed, swept: sweep(tables) };
}

/** Gives back every lease at a clean end, without counting a death. */
export function giveAllBack(tables: Tables): void {
  tables
    .sql(
      `UPDATE workloads SET status = ${IN_QUEUE}, token = NULL, attempt = attempt - 1 WHERE seq IN
       (SELECT w.seq FROM workloads w INDEXED BY live WHERE w.status < 2 AND w.api IN (SELECT no FROM apis) AND w.status = ${IN_PROGRESS})`,
    )
    .run();
}

function requeue(tables: Tables, row: LiveRow, deaths: number): void {
  tables
    .sql(
      `UPDATE workloads SET status = ${IN_QUEUE}, token = NULL, attempt = attempt - 1, supervisor_deaths = ? WHERE seq = ?`,
    )
    .run(deaths, row.seq);
  const counts = tables.counts(row.api);
  counts.inProgress -= 1;
  counts.inQueue += 1;
}

/** Deletes the files that no workload refers to: received but never submitted, half written, or of workloads that have ended. */
function sweep(tables: Tables): number {
  const needed = new Set<string>();
  for (const table of ['payloads', 'results']) {
    const rows = tables.sql(`SELECT file FROM ${table} WHERE file IS NOT NULL`).all() as { file: string }[];
    for (const { file } of rows) needed.add(file);
  }
  const files = readdirSync(tables.bodies, { withFileTypes: true }).filter((entry) => entry.isFile());
  const orphans = files.map(({ name }) => name).filter((name) => isBodyFileName(name) && !needed.has(name));
  for (const name of orphans) rmSync(join(tables.bodies, name), { force: true });
  return orphans.length;
}
