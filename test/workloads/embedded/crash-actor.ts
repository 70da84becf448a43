import { Readable } from 'node:stream';
import { openEmbeddedStore } from '../../../runtime/workloads/embedded/open.ts';
import type { Lease } from '../../../runtime/workloads/store.ts';
import { resultOf } from './crash-ledger.ts';

/*
 * Submits, leases and ends workloads as fast as it can until it is killed. It says each act before it begins ("?") and when the store has
 * acknowledged it ("!"). An act begins when it is written that it does: what waits for a reader who is slow would be lost.
 * Arguments: the state folder, and a prefix for ids.
 */

const [stateDir = '', prefix = ''] = process.argv.slice(2);
const store = await openEmbeddedStore({ stateDir });
const say = (mark: '?' | '!', act: string, id: string): Promise<void> =>
  new Promise((written) => {
    process.stdout.write(`${mark} ${act} ${id}\n`, () => {
      written();
    });
  });

async function submitForEver(lane: number): Promise<never> {
  for (let at = 0; ; at += 1) {
    const id = `${prefix}-${lane}-${at}`;
    // Each hundredth is large: a file beside the database.
    const bytes = at % 100 === 7 ? Buffer.alloc(1_100_000, id) : Buffer.from(JSON.stringify(id));
    const received = await store.receive(Readable.from([bytes]), bytes.byteLength);
    await say('?', 'submit', id);
    await store.submit({ api: 'crash', id, isNewId: false, contentType: 'application/json', received });
    await say('!', 'submit', id);
  }
}

async function end(lease: Lease, at: number): Promise<void> {
  const act = at % 10 === 3 ? 'fail' : at % 10 === 5 ? 'cancel' : at % 10 === 7 ? 'giveBack' : 'complete';
  await say('?', act, lease.id);
  if (act === 'fail') await store.fail(lease, { code: 'X', message: lease.id, fix: 'x' });
  else if (act === 'cancel') await store.cancel(lease.api, lease.id);
  else if (act === 'giveBack') await store.giveBack(lease, { kind: 'not_begun' });
  else await store.complete(lease, Buffer.from(resultOf(lease.id)));
  await say('!', act, lease.id);
}

async function workForEver(): Promise<never> {
  for (let at = 0; ;) {
    const { leases } = await store.lease('crash', 16);
    await Promise.all(leases.map((lease) => end(lease, at++)));
  }
}

await Promise.all([...Array.from({ length: 8 }, (_one, lane) => submitForEver(lane)), workForEver()]);
