import type { ErrorView } from '../../errors/render.ts';
import { storedBody } from './body-rows.ts';
import { deathReasons } from './lease.ts';
import type { Answer, Ask, StoredBody, StoredCarried } from './operations.ts';
import { COMPLETED, IN_PROGRESS, IN_QUEUE, STATUSES } from './schema.ts';
import type { SliceWriter } from './slices.ts';
import type { BodyRow, Tables } from './tables.ts';

/** Rows that are looked at for one page. */
const PAGE_ROWS = 500;
/** Bodies of one page: once so much is together, the rest waits for the next one. */
const PAGE_BYTES = 1024 * 1024;

interface Row {
  readonly seq: number;
  readonly api: number;
  readonly id: string;
  readonly status: number;
  readonly submitted_at: number;
  readonly ended_at: number | null;
  readonly attempt: number;
  readonly supervisor_deaths: number;
  readonly death_reasons: string | null;
  readonly content_type: string;
  readonly digest: Uint8Array;
  readonly error: string | null;
}

/** Reads workloads in the order of their submission, which is that of the queues. */
export function page(tables: Tables, { apis, after }: Ask<'page'>, writer: SliceWriter): Answer<'page'> {
  const wanted = new Set(apis.map((name) => tables.apiNumber(name)));
  const rows = tables
    .sql(
      `SELECT seq, api, id, status, submitted_at, ended_at, attempt, supervisor_deaths, death_reasons, content_type, digest, error
       FROM workloads WHERE seq > ? ORDER BY seq LIMIT ${PAGE_ROWS}`,
    )
    .all(after) as unknown as Row[];
  const workloads: StoredCarried[] = [];
  const begun = writer.length;
  for (const row of rows) {
    if (writer.length - begun > PAGE_BYTES) return { workloads, next: row.seq - 1 };
    if (wanted.has(row.api)) workloads.push(carried(tables, row, writer));
  }
  const last = rows.at(-1);
  return { workloads, next: last === undefined ? null : last.seq };
}

function carried(tables: Tables, row: Row, writer: SliceWriter): StoredCarried {
  const isHeld = row.status === IN_PROGRESS;
  const status = STATUSES[row.status] ?? 'in_queue';
  return {
    api: tables.apiName(row.api),
    id: row.id,
    status: status === 'in_progress' ? 'in_queue' : status,
    submittedAt: row.submitted_at,
    endedAt: row.ended_at,
    contentType: row.content_type,
    digest: writer.add(row.digest),
    attempt: row.attempt - (isHeld ? 1 : 0),
    deathReasons: deathReasons(row.death_reasons),
    supervisorDeaths: row.supervisor_deaths + (isHeld ? 1 : 0),
    error: row.error === null ? null : (JSON.parse(row.error) as ErrorView),
    body: bodyOf(tables, row, writer),
  };
}

function bodyOf(tables: Tables, { seq, status }: Row, writer: SliceWriter): StoredBody | null {
  const isLive = status === IN_QUEUE || status === IN_PROGRESS;
  if (!isLive && status !== COMPLETED) return null;
  const table = isLive ? 'payloads' : 'results';
  const body = tables.sql(`SELECT bytes, file, size FROM ${table} WHERE seq = ?`).get(seq) as BodyRow | undefined;
  return body === undefined ? writer.add(new Uint8Array(0)) : storedBody(body, writer);
}
