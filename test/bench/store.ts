import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import { openEmbeddedStore } from '../../runtime/workloads/embedded/open.ts';
import type { EmbeddedStore } from '../../runtime/workloads/embedded/store.ts';
import { makeTempDir } from '../support/temp-dir.ts';

/*
 * Durable enqueues and lease-complete cycles of the embedded store, beside the least that SQLite can do: the same rows written by a bare loop on one
 * thread, with the same number in each transaction. Arguments: how many workloads are stored before measuring (0 unless given).
 */

const BODY = Buffer.from(JSON.stringify({ text: 'x'.repeat(1000) }));
const DIGEST = createHash('sha256').update(BODY).digest();
const API = 'bench';
const ROUND = 12_000;

interface Rates {
  readonly enqueues: number;
  readonly cycles: number;
}

async function seconds(act: () => Promise<void> | void): Promise<number> {
  const begin = performance.now();
  await act();
  return (performance.now() - begin) / 1000;
}

/** `inFlight` callers at a time, until `total` calls are done. */
async function inParallel(total: number, inFlight: number, call: (at: number) => Promise<unknown>): Promise<void> {
  let next = 0;
  const caller = async (): Promise<void> => {
    for (let at = next++; at < total; at = next++) await call(at);
  };
  await Promise.all(Array.from({ length: inFlight }, caller));
}

function submit(store: EmbeddedStore, id: string): Promise<unknown> {
  const received = { body: { kind: 'bytes', bytes: BODY } as const, digest: DIGEST };
  return store.submit({ api: API, id, isNewId: true, contentType: 'application/json', received });
}

/** Leases ahead by `inFlight` and completes each, until the queue is empty. */
async function drain(store: EmbeddedStore, inFlight: number): Promise<void> {
  for (let { leases } = await store.lease(API, inFlight); leases.length > 0;) {
    const ends = leases.map((lease) => store.complete(lease, BODY));
    const ahead = store.lease(API, inFlight);
    await Promise.all(ends);
    ({ leases } = await ahead);
  }
}

async function measureStore(store: EmbeddedStore, inFlight: number): Promise<Rates> {
  const total = inFlight === 1 ? ROUND / 4 : ROUND;
  const ids = Array.from({ length: total }, () => crypto.randomUUID());
  const submitting = await seconds(() => inParallel(total, inFlight, (at) => submit(store, ids[at] ?? '')));
  const draining = await seconds(() => drain(store, inFlight));
  return { enqueues: total / submitting, cycles: total / draining };
}

function measureBare(folder: string, inFlight: number): Promise<Rates> {
  const database = new DatabaseSync(join(folder, `bare-${inFlight}.db`));
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;');
  database.exec(
    'CREATE TABLE bare (seq INTEGER PRIMARY KEY, id TEXT UNIQUE, status INTEGER, digest BLOB, payload BLOB)',
  );
  database.exec('CREATE INDEX queue ON bare (status) WHERE status = 0');
  const insert = database.prepare('INSERT INTO bare (id, status, digest, payload) VALUES (?, 0, ?, ?)');
  const next = database.prepare('SELECT seq, id, payload FROM bare WHERE status = 0 ORDER BY seq LIMIT ?');
  const take = database.prepare('UPDATE bare SET status = 1 WHERE seq = ?');
  const end = database.prepare('UPDATE bare SET status = 2, payload = ? WHERE seq = ?');
  const total = inFlight === 1 ? ROUND / 4 : ROUND;
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
  return (async () => {
    const rates = { enqueues: total / (await seconds(enqueue)), cycles: total / (await seconds(cycle)) };
    database.close();
    return rates;
  })();
}

async function fill(store: EmbeddedStore, total: number): Promise<void> {
  await inParallel(total, 1000, () => submit(store, crypto.randomUUID()));
  await drain(store, 500);
}

const print = (line: string): void => void process.stdout.write(`${line}\n`);
const round = (rate: number): string => Math.round(rate).toLocaleString('en');
const stored = Number(process.argv[2] ?? 0);
const folder = makeTempDir();
const store = await openEmbeddedStore({ stateDir: join(folder, 'state') });
if (stored > 0) print(`storing ${round(stored)} workloads: ${(await seconds(() => fill(store, stored))).toFixed(1)} s`);
for (const inFlight of [1, 20, 100]) {
  const bare = await measureBare(folder, inFlight);
  const ours = await measureStore(store, inFlight);
  for (const what of ['enqueues', 'cycles'] as const) {
    const name = what === 'enqueues' ? 'durable enqueues/s' : 'lease-complete cycles/s';
    const ratio = (ours[what] / bare[what]).toFixed(2);
    print(
      `${name}, ${inFlight} in flight: ${round(ours[what])}; bare SQLite loop ${round(bare[what])}; ratio ${ratio}`,
    );
  }
}
await store.close();
