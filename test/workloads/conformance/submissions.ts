import * as assert from 'uvu/assert';
import type { Check } from '../conformance.ts';
import { leaseOne, leaseUpTo, submitText } from '../samples.ts';

export function conformsInSubmissions(check: Check): void {
  check('a submitted workload is in the queue', async (store) => {
    const before = Date.now();
    assert.is(await submitText(store, 'iris', 'one'), 'stored');
    const record = await store.find('iris', 'one');
    assert.ok(record !== null && record.submittedAt >= before && record.submittedAt <= Date.now());
    const { submittedAt } = record;
    assert.equal(record, {
      api: 'iris',
      id: 'one',
      status: 'in_queue',
      submittedAt,
      endedAt: null,
      result: null,
      error: null,
    });
    assert.equal(await store.counts('iris'), { inQueue: 1, inProgress: 0, oldestSubmittedAt: submittedAt });
  });

  check('the same id with the same body is the same workload, in whatever state', async (store) => {
    assert.is(await submitText(store, 'iris', 'one'), 'stored');
    assert.is(await submitText(store, 'iris', 'one'), 'known');
    const lease = await leaseOne(store, 'iris');
    assert.is(await submitText(store, 'iris', 'one'), 'known');
    await store.complete(lease, Buffer.from('{}'));
    assert.is(await submitText(store, 'iris', 'one'), 'known');
    assert.equal(await leaseUpTo(store, 'iris', 1), []);
  });

  check('the same id with another body is a conflict and changes nothing', async (store) => {
    await submitText(store, 'iris', 'one', '"first"');
    assert.is(await submitText(store, 'iris', 'one', '"second"'), 'conflict');
    const lease = await leaseOne(store, 'iris');
    assert.is(Buffer.from(await store.read(lease.payload)).toString(), '"first"');
    assert.equal(await leaseUpTo(store, 'iris', 1), []);
  });

  check('submissions of one id at the same moment store it once', async (store) => {
    const outcomes = await Promise.all(Array.from({ length: 50 }, () => submitText(store, 'iris', 'one')));
    assert.is(outcomes.filter((outcome) => outcome === 'stored').length, 1);
    assert.is(outcomes.filter((outcome) => outcome === 'known').length, 49);
    assert.is((await store.counts('iris')).inQueue, 1);
  });

  check('a conflict does not spoil what is submitted beside it', async (store) => {
    await submitText(store, 'iris', 'taken', '"first"');
    const ids = ['a', 'b', 'taken', 'c', 'd'];
    const outcomes = await Promise.all(ids.map((id) => submitText(store, 'iris', id)));
    assert.equal(outcomes, ['stored', 'stored', 'conflict', 'stored', 'stored']);
    assert.is((await store.counts('iris')).inQueue, 5);
  });

  check('an id belongs to its API', async (store) => {
    assert.is(await submitText(store, 'iris', 'one', '1'), 'stored');
    assert.is(await submitText(store, 'text', 'one', '2'), 'stored');
    assert.is((await leaseOne(store, 'text')).api, 'text');
    assert.is((await store.find('iris', 'one'))?.status, 'in_queue');
  });

  for (const id of ['x'.repeat(128), "'; drop table workloads; --", '../../etc/passwd', 'a:b.c_d-e', '%00', 'ä', ' ']) {
    check(`the id ${JSON.stringify(id.slice(0, 30))} is only text`, async (store) => {
      assert.is(await submitText(store, 'iris', id, '1'), 'stored');
      assert.is((await store.find('iris', id))?.id, id);
      assert.is((await leaseOne(store, 'iris')).id, id);
    });
  }

  check('what was never submitted is not found', async (store) => {
    await submitText(store, 'iris', 'one');
    assert.is(await store.find('iris', 'two'), null);
    assert.is(await store.find('text', 'one'), null);
    assert.is(await store.cancel('iris', 'two'), 'not_found');
    assert.is(await store.cancel('text', 'one'), 'not_found');
    assert.equal(await store.counts('text'), { inQueue: 0, inProgress: 0, oldestSubmittedAt: null });
  });

  check('listeners hear of what comes into their queue, until they stop', async (store) => {
    let heard = 0;
    let elsewhere = 0;
    const stop = store.onQueued('iris', () => (heard += 1));
    store.onQueued('text', () => (elsewhere += 1));
    await submitText(store, 'iris', 'one');
    assert.is(heard, 1);
    const lease = await leaseOne(store, 'iris');
    await store.giveBack(lease, { kind: 'not_begun' });
    assert.is(heard, 2);
    stop();
    await submitText(store, 'iris', 'two');
    assert.is(heard, 2);
    assert.is(elsewhere, 0);
  });
}
