import { once } from 'node:events';
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { EmbeddedStore } from '../../../runtime/workloads/embedded/store.ts';
import { deadline } from '../../support/deadline.ts';
import { seededRandom } from '../seeded-random.ts';
import { CrashLedger, resultOf } from './crash-ledger.ts';
import { withStateDir, withStoreAt } from './with-store.ts';
import { leaseUpTo } from '../../workloads/samples.ts';

const ACTOR = fileURLToPath(new URL('./crash-actor.ts', import.meta.url));
const ROUNDS = 6;
const LONGEST_LIFE_LINES = 4000;
const DEADLINE_MS = 100_000;

/** Runs an actor and kills it with SIGKILL when it has said `lines` lines. */
async function runAndKill(stateDir: string, prefix: string, lines: number, ledger: CrashLedger): Promise<void> {
  const actor = spawn(process.execPath, ['--import', 'tsx', ACTOR, stateDir, prefix], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(actor, 'exit');
  let heard = 0;
  try {
    const listening = (async () => {
      for await (const line of createInterface(actor.stdout)) {
        ledger.hear(line);
        heard += 1;
        if (heard === lines) actor.kill('SIGKILL');
      }
    })();
    await deadline(DEADLINE_MS, listening, 'the output of the actor');
    await deadline(DEADLINE_MS, exited, 'the death of the actor');
  } finally {
    actor.kill('SIGKILL');
  }
  assert.is(actor.signalCode, 'SIGKILL', 'it ran until it was killed');
}

async function assertKept(store: EmbeddedStore, ledger: CrashLedger): Promise<void> {
  let queued = 0;
  for (const id of ledger.ids) {
    const record = await store.find('crash', id);
    const found = record?.status ?? null;
    assert.ok(ledger.allowed(id).includes(found), `${id} is ${String(found)}, not ${ledger.allowed(id).join(' or ')}`);
    ledger.settle(id, found);
    if (found === 'in_queue') queued += 1;
    if (record?.result) assert.is(Buffer.from(await store.read(record.result)).toString(), resultOf(id));
    if (found === 'failed') assert.is(record?.error?.message, id);
  }
  const { inQueue, inProgress } = await store.counts('crash');
  assert.equal([inQueue, inProgress], [queued, 0], 'the counts agree with the records');
}

/** Runs what is left: each payload must be whole, and each workload comes once. */
async function assertServed(store: EmbeddedStore, ledger: CrashLedger): Promise<void> {
  const left = new Set(ledger.ids.filter((id) => ledger.allowed(id)[0] === 'in_queue'));
  for (
    let leases = await leaseUpTo(store, 'crash', 100);
    leases.length > 0;
    leases = await leaseUpTo(store, 'crash', 100)
  ) {
    for (const { id, payload, attempt } of leases) {
      assert.ok(left.delete(id), `${id} was left, and came once`);
      assert.is(attempt, 1, 'a death of the supervisor costs no attempt');
      const bytes = Buffer.from(await store.read(payload));
      if (bytes.byteLength > 1000) assert.ok(bytes.equals(Buffer.alloc(1_100_000, id)));
      else assert.is(bytes.toString(), JSON.stringify(id));
    }
    await Promise.all(leases.map((lease) => store.complete(lease, Buffer.from(resultOf(lease.id)))));
  }
  assert.equal([...left], []);
}

test('whatever was acknowledged before a SIGKILL is there after it, again and again', async () => {
  const seed = 20_261_122;
  const random = seededRandom(seed);
  const ledger = new CrashLedger();
  await withStateDir(async (stateDir) => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const lines = 1 + Math.floor(random() * LONGEST_LIFE_LINES);
      await runAndKill(stateDir, `r${round}`, lines, ledger);
      await withStoreAt(stateDir, (store) => assertKept(store, ledger));
    }
    await withStoreAt(stateDir, (store) => assertServed(store, ledger));
  });
  assert.ok(ledger.acknowledgements > 500, 'the rounds were long enough to mean something');
});

test.run();
