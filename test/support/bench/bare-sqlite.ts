import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import { BODY } from './load.ts';

/** What a store does a second, durably. */
export interface StoreRates {
  readonly enqueues: number;
  /** Lease and end of a workload. */
  readonly cycles: number;
}

export const DIGEST = createHash('sha256').update(BODY).digest();

/** How long `act` takes, in seconds. */
export async function seconds(act: () => Promise<void> | void): Promise<number> {
  const begin = performance.now();
  await act();
  return (performance.now() - begin) / 1000;
}

/** The least that SQLite can do in a database of its own below `folder`: the same rows written by a loop on this thread, `inFlight` of them in each transaction. */
export async function measureBareSqlite(folder: string, total: number, inFlight: number): Promise<StoreRates> {
  const database = new DatabaseSync(join(folder, `bare-${crypto.randomUUID()}.db`));
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;');
  database.exec(
    'CREATE TABLE bare (seq INTEGER PRIMARY KEY, id TEXT UNIQUE, status INTEGER, digest BLOB, payload BLOB)',
  );
  database.exec('CREATE INDEX queue ON bare (status) WHERE status = 0');
  const insert = database.prepare('INSERT INTO bare (id, status, digest, payload) VALUES (?, 0, ?, ?)');
  const next = database.prepare('SELECT seq, id, payload FROM bare WHERE status = 0 ORDER BY seq LIMIT ?');
  const take = database.prepare('UPDATE bare SET status = 1 WHERE seq = ?');
  const end = database.prepare('UPDATE bare SET status = 2, payload = ? WHERE seq = ?');
  const transaction = (act: () => void): void => {
    database.exec('BEGIN');
    act();
    database.exec('COMMIT');
  };
  const enqueue = (): void => {
    for (let at = 0; at < total; at += inFlight) {
      transaction(() => {
        for (let one = 0; one < inFlight; one += 1) insert.run(crypto.randomUUID(), DIGEST, BODY);
      });
    }
  };
  const cycle = (): void => {
    for (let at = 0; at < total; at += inFlight) {
      const rows = next.all(inFlight) as { seq: number }[];
      transaction(() => {
        for (const { seq } of rows) take.run(seq);
      });
      transaction(() => {
        for (const { seq } of rows) end.run(BODY, seq);
      });
    }
  };
  const rates = { enqueues: total / (await seconds(enqueue)), cycles: total / (await seconds(cycle)) };
  database.close();
  return rates;
}
