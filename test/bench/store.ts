import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openEmbeddedStore } from '../../runtime/workloads/embedded/open.ts';
import type { EmbeddedStore } from '../../runtime/workloads/embedded/store.ts';
import { DIGEST, measureBareSqlite, seconds, type StoreRates } from '../support/bench/bare-sqlite.ts';
import { BODY } from '../support/bench/load.ts';
import { unlessQuick } from '../support/bench/quick.ts';
import { perSecond, printHeading, printLine, printMissing } from '../support/bench/report.ts';
import { alternate, median, medianRatio } from '../support/bench/rounds.ts';
import { slowFsync } from '../support/bench/slow-fsync.ts';
import { makeTempDir } from '../support/temp-dir.ts';

/*
 * Durable enqueues and lease-complete cycles of the embedded store, beside the least that SQLite can do: the same rows written by a bare loop on one thread,
 * with the same number in each transaction. Then both again with an fsync that takes 2 ms more, since virtual disks flatter: this program runs itself so.
 */

const API = 'bench';
const SLOW = 'with an fsync of 2 ms';
const isSlow = process.argv[2] === SLOW;
const ROUNDS = unlessQuick(3, 1);
/** Workloads of a round, by how many are in flight. */
const TOTALS = isSlow
  ? { 1: unlessQuick(400, 100), 20: unlessQuick(4000, 1000), 100: unlessQuick(12_000, 3000) }
  : { 1: unlessQuick(3000, 500), 20: unlessQuick(12_000, 2000), 100: unlessQuick(12_000, 3000) };

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

async function measureStore(store: EmbeddedStore, total: number, inFlight: number): Promise<StoreRates> {
  const ids = Array.from({ length: total }, () => crypto.randomUUID());
  const submitting = await seconds(() => inParallel(total, inFlight, (at) => submit(store, ids[at] ?? '')));
  const draining = await seconds(() => drain(store, inFlight));
  return { enqueues: total / submitting, cycles: total / draining };
}

printHeading(isSlow ? `store, ${SLOW}` : 'store');
const folder = makeTempDir();
const store = await openEmbeddedStore({ stateDir: join(folder, 'state') });
for (const [key, total] of Object.entries(TOTALS)) {
  const inFlight = Number(key);
  const { ours, bare } = await alternate(ROUNDS, {
    bare: () => measureBareSqlite(folder, total, inFlight),
    ours: () => measureStore(store, total, inFlight),
  });
  for (const what of ['enqueues', 'cycles'] as const) {
    const rates = ours.map((round) => round[what]);
    const bareRates = bare.map((round) => round[what]);
    printLine({
      title: `${what === 'enqueues' ? 'durable enqueues' : 'lease-complete cycles'}, ${inFlight} in flight`,
      shown: perSecond(median(rates)),
      ratio: { value: medianRatio(rates, bareRates), peer: 'a bare SQLite loop' },
    });
  }
}
await store.close();

if (!isSlow) {
  const slow = slowFsync();
  if (slow.env === null) printMissing(`store, ${SLOW}`, slow.why);
  else {
    const self = [...process.execArgv, fileURLToPath(import.meta.url), SLOW];
    const { status } = spawnSync(process.execPath, self, { env: slow.env, stdio: 'inherit' });
    if (status !== 0) process.exitCode = 1;
  }
}
