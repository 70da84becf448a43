import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSyncInstance, StatementSyncInstance } from '@photostructure/sqlite';
import type { Ended } from '../end-listeners.ts';
import { IN_QUEUE } from './schema.ts';

/** What one API has in the queue and in work. */
export interface LiveCounts {
  inQueue: number;
  inProgress: number;
}

/** A row of `payloads` or `results`, without its `seq`. */
export interface BodyRow {
  readonly bytes: Uint8Array | null;
  readonly file: string | null;
  readonly size: number;
}

/** The open store as its thread sees it: prepared statements, the numbers of the APIs, and the counts of live workloads in memory. */
export class Tables {
  readonly database: DatabaseSyncInstance;
  readonly bodies: string;
  /** Files whose workload no longer needs them: deleted once the transaction is durable. */
  readonly unneeded: string[] = [];
  /** Names of the APIs whose queue grew in this transaction. */
  readonly queued = new Set<string>();
  /** The ends of this transaction. */
  readonly ended: Ended[] = [];
  readonly #statements = new Map<string, StatementSyncInstance>();
  readonly #numbers = new Map<string, number>();
  readonly #names = new Map<number, string>();
  readonly #counts = new Map<number, LiveCounts>();
  readonly #tokenPrefix = randomBytes(6).toString('base64url');
  #tokens = 0;

  constructor(database: DatabaseSyncInstance, bodies: string) {
    this.database = database;
    this.bodies = bodies;
    this.reload();
  }

  /** A statement, prepared once. */
  sql(text: string): StatementSyncInstance {
    let statement = this.#statements.get(text);
    if (statement === undefined) {
      statement = this.database.prepare(text);
      this.#statements.set(text, statement);
    }
    return statement;
  }

  /** The number of an API that has ever had a workload, else null. */
  apiNumber(name: string): number | null {
    return this.#numbers.get(name) ?? null;
  }

  ensureApi(name: string): number {
    const known = this.#numbers.get(name);
    if (known !== undefined) return known;
    const no = Number(this.sql('INSERT INTO apis (name) VALUES (?)').run(name).lastInsertRowid);
    this.#numbers.set(name, no);
    this.#names.set(no, name);
    return no;
  }

  /** The name of an API by its number. */
  apiName(no: number): string {
    return this.#names.get(no) ?? '';
  }

  /** The names of all APIs that have ever had a workload, sorted. */
  apiNames(): string[] {
    return [...this.#numbers.keys()].sort();
  }

  counts(api: number): LiveCounts {
    let counts = this.#counts.get(api);
    if (counts === undefined) {
      counts = { inQueue: 0, inProgress: 0 };
      this.#counts.set(api, counts);
    }
    return counts;
  }

  /** A token that no lease before or after has, across restarts too. It begins with the workload's place, which saves a look-up at its end. */
  newToken(seq: number): string {
    this.#tokens += 1;
    return `${seq}.${this.#tokenPrefix}.${this.#tokens}`;
  }

  hasFile(name: string): boolean {
    return existsSync(join(this.bodies, name));
  }

  /** Reads again from the database what is kept in memory: at the start, and after a transaction was undone. Costs as many steps as there are live workloads. */
  reload(): void {
    this.#numbers.clear();
    this.#names.clear();
    this.#counts.clear();
    this.unneeded.length = 0;
    this.queued.clear();
    this.ended.length = 0;
    for (const { no, name } of this.sql('SELECT no, name FROM apis').all() as { no: number; name: string }[]) {
      this.#numbers.set(name, no);
      this.#names.set(no, name);
    }
    const rows = this.sql(
      'SELECT api, status, count(*) AS n FROM workloads INDEXED BY live WHERE status < 2 GROUP BY api, status',
    ).all() as { api: number; status: number; n: number }[];
    for (const { api, status, n } of rows) this.counts(api)[status === IN_QUEUE ? 'inQueue' : 'inProgress'] = n;
  }
}

/** The place that a token names; null when the store never made such a token. */
export function seqOfToken(token: string): number | null {
  const seq = Number(token.slice(0, Math.max(0, token.indexOf('.'))));
  return Number.isSafeInteger(seq) && seq > 0 ? seq : null;
}
