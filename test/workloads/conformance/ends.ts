import * as assert from 'uvu/assert';
import { ATTEMPTS_LIMIT } from '../../../runtime/workloads/states.ts';
import type { Lease, WorkloadStore } from '../../../runtime/workloads/store.ts';
import type { Check } from '../conformance.ts';
import { leaseOne, leaseUpTo, submitText } from '../samples.ts';

const ERROR = { code: 'PONS_ERR_TEST', message: 'it went wrong', fix: 'Do it right.' };

const endings: Record<string, (store: WorkloadStore) => Promise<unknown>> = {
  completed: async (store) => store.complete(await leaseOne(store, 'iris'), Buffer.from('{"label": "setosa"}')),
  failed: async (store) => store.fail(await leaseOne(store, 'iris'), ERROR),
  cancelled: (store) => store.cancel('iris', 'one'),
};

export function conformsInEnds(check: Check): void {
  check('a completed workload has its result, byte for byte', async (store) => {
    await submitText(store, 'iris', 'one');
    const before = Date.now();
    assert.is(await store.complete(await leaseOne(store, 'iris'), Buffer.from('{"label": "ä"}')), 'done');
    const record = await store.find('iris', 'one');
    assert.ok(record?.result);
    assert.is(record.status, 'completed');
    assert.ok(record.endedAt !== null && record.endedAt >= before);
    assert.is(Buffer.from(await store.read(record.result)).toString(), '{"label": "ä"}');
    assert.is(record.error, null);
  });

  check('a failed workload has its error', async (store) => {
    await submitText(store, 'iris', 'one');
    assert.is(await store.fail(await leaseOne(store, 'iris'), ERROR), 'done');
    const record = await store.find('iris', 'one');
    assert.equal([record?.status, record?.error, record?.result], ['failed', ERROR, null]);
  });

  check('a queued workload that is cancelled never runs', async (store) => {
    await submitText(store, 'iris', 'one');
    assert.is(await store.cancel('iris', 'one'), 'cancelled');
    assert.is((await store.find('iris', 'one'))?.status, 'cancelled');
    assert.equal(await leaseUpTo(store, 'iris', 1), []);
  });

  check('the holder of a workload that is cancelled is refused', async (store) => {
    await submitText(store, 'iris', 'one');
    const lease = await leaseOne(store, 'iris');
    assert.is(await store.cancel('iris', 'one'), 'cancelled');
    assert.is(await store.complete(lease, Buffer.from('{}')), 'refused');
    assert.is(await store.fail(lease, ERROR), 'refused');
    assert.is(await store.giveBack(lease, { kind: 'not_begun' }), 'refused');
    assert.is((await store.find('iris', 'one'))?.status, 'cancelled');
  });

  for (const [status, end] of Object.entries(endings)) {
    check(`a workload that is ${status} stays so`, async (store) => {
      await submitText(store, 'iris', 'one');
      const early = await leaseOne(store, 'iris');
      await store.giveBack(early, { kind: 'not_begun' });
      await end(store);
      const before = await store.find('iris', 'one');
      assert.is(before?.status, status);
      assert.equal(await store.cancel('iris', 'one'), { alreadyEnded: status });
      assert.is(await store.complete(early, Buffer.from('{}')), 'refused');
      assert.is(await submitText(store, 'iris', 'one'), 'known');
      assert.equal(await store.find('iris', 'one'), before);
      assert.equal(await leaseUpTo(store, 'iris', 1), []);
    });
  }

  check('each end is told once, whoever ended it, until nobody listens', async (store) => {
    const heard: string[] = [];
    const stop = store.onEnded((api, status) => heard.push(`${api} ${status}`));
    const lease = async (id: string): Promise<Lease> => {
      await submitText(store, 'iris', id);
      return leaseOne(store, 'iris');
    };
    const completed = await lease('completed');
    await store.complete(completed, Buffer.from('{}'));
    await store.complete(completed, Buffer.from('{}'));
    await store.fail(await lease('failed'), ERROR);
    await lease('cancelled');
    await store.cancel('iris', 'cancelled');
    await store.cancel('iris', 'cancelled');
    await submitText(store, 'text', 'queued');
    await store.cancel('text', 'queued');
    let deadly = await lease('deadly');
    for (let death = 1; death <= ATTEMPTS_LIMIT; death += 1) {
      await store.giveBack(deadly, { kind: 'process_died', reason: 'killed' });
      if (death < ATTEMPTS_LIMIT) deadly = await leaseOne(store, 'iris');
    }
    const expected = ['iris completed', 'iris failed', 'iris cancelled', 'text cancelled', 'iris failed'];
    assert.equal(heard, expected);
    stop();
    await store.complete(await lease('unheard'), Buffer.from('{}'));
    assert.equal(heard, expected);
  });

  check('ends at the same moment come to exactly one', async (store) => {
    await submitText(store, 'iris', 'one');
    const lease = await leaseOne(store, 'iris');
    const outcomes = await Promise.all([
      store.complete(lease, Buffer.from('{}')),
      store.fail(lease, ERROR),
      store.complete(lease, Buffer.from('{}')),
      store.cancel('iris', 'one'),
    ]);
    assert.is(outcomes.filter((outcome) => outcome === 'done' || outcome === 'cancelled').length, 1);
  });
}
