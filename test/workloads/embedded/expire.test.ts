import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { openEmbeddedStore } from '../../../runtime/workloads/embedded/open.ts';
import type { EmbeddedStore } from '../../../runtime/workloads/embedded/store.ts';
import { EXPIRY_BATCH, RETENTION_MS } from '../../../runtime/workloads/retention.ts';
import { leaseOne, leaseUpTo, patterned, submitBytes, submitText } from '../samples.ts';
import { withStateDir } from './with-store.ts';

/** A store whose time stands still unless it is moved on. */
async function withClock(
  act: (store: EmbeddedStore, pass: (ms: number) => void, stateDir: string) => Promise<void>,
): Promise<void> {
  await withStateDir(async (stateDir) => {
    let now = 1_600_000_000_000;
    const store = await openEmbeddedStore({ stateDir, clock: () => now, expiryIntervalMs: 0 });
    try {
      await act(store, (ms) => (now += ms), stateDir);
    } finally {
      await store.close();
    }
  });
}

test('an ended workload is kept for its time, then it is gone with its result', async () => {
  await withClock(async (store, pass, stateDir) => {
    await submitText(store, 'iris', 'one');
    await store.complete(await leaseOne(store, 'iris'), patterned(1_500_000));
    pass(RETENTION_MS);
    assert.is(await store.expire(), 0);
    assert.is((await store.find('iris', 'one'))?.status, 'completed');
    pass(1);
    assert.is(await store.expire(), 1);
    assert.is(await store.find('iris', 'one'), null);
    assert.equal(readdirSync(join(stateDir, 'bodies')), []);
  });
});

test('the time of a workload begins with its end, and one that has not ended never expires', async () => {
  await withClock(async (store, pass) => {
    await submitText(store, 'iris', 'running');
    await submitText(store, 'iris', 'ended late');
    const [, late] = await leaseUpTo(store, 'iris', 2);
    await submitBytes(store, 'iris', 'queued', patterned(1_500_000));
    pass(10 * RETENTION_MS);
    assert.ok(late);
    await store.complete(late, Buffer.from('{}'));
    assert.is(await store.expire(), 0);
    const statuses = await Promise.all(['running', 'ended late', 'queued'].map((id) => store.find('iris', id)));
    assert.equal(
      statuses.map((record) => record?.status),
      ['in_progress', 'completed', 'in_queue'],
    );
  });
});

test('more than one batch expires, of every kind of end, and an id can be used again', async () => {
  await withClock(async (store, pass) => {
    const ids = Array.from({ length: 2 * EXPIRY_BATCH + 5 }, (_one, at) => `id-${at}`);
    await Promise.all(ids.map((id) => submitText(store, 'iris', id)));
    await Promise.all(ids.slice(0, 50).map((id) => store.cancel('iris', id)));
    const leases = await leaseUpTo(store, 'iris', ids.length);
    await Promise.all(
      leases.map((lease, at) =>
        at % 2 === 0
          ? store.complete(lease, Buffer.from('{}'))
          : store.fail(lease, { code: 'X', message: 'x', fix: 'x' }),
      ),
    );
    pass(RETENTION_MS + 1);
    assert.is(await store.expire(), ids.length);
    assert.is(await submitText(store, 'iris', 'id-0', '"another body"'), 'stored');
  });
});

test.run();
