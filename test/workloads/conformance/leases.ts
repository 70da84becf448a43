import * as assert from 'uvu/assert';
import type { Check } from '../conformance.ts';
import { leaseOne, leaseUpTo, patterned, submitBytes, submitText } from '../samples.ts';

const ids = (leases: readonly { id: string }[]): string[] => leases.map(({ id }) => id);

export function conformsInLeases(check: Check): void {
  check('leases come in the order of submission, each once', async (store) => {
    for (const id of ['a', 'b', 'c', 'd', 'e']) await submitText(store, 'iris', id);
    assert.equal(ids(await leaseUpTo(store, 'iris', 2)), ['a', 'b']);
    assert.equal(ids(await leaseUpTo(store, 'iris', 10)), ['c', 'd', 'e']);
    assert.equal(await leaseUpTo(store, 'iris', 10), []);
    assert.equal(await leaseUpTo(store, 'text', 10), []);
  });

  check('a lease says whether the queue holds more', async (store) => {
    for (const id of ['a', 'b']) await submitText(store, 'iris', id);
    assert.equal((await store.lease('iris', 1)).more, true);
    assert.equal((await store.lease('iris', 1)).more, false);
    assert.equal(await store.lease('iris', 1), { leases: [], more: false });
    assert.equal(await store.lease('text', 1), { leases: [], more: false });
  });

  check('a lease of many large payloads is cut short, says so, and the rest comes with the next', async (store) => {
    const large = patterned(900_000);
    const all = Array.from({ length: 30 }, (_one, at) => `w${at}`);
    for (const id of all) await submitBytes(store, 'iris', id, large);
    const seen: string[] = [];
    for (let more = true; more;) {
      const leased = await store.lease('iris', 30);
      assert.ok(leased.leases.length > 0 && leased.leases.length < 15, `${leased.leases.length} of 900 KB each`);
      seen.push(...ids(leased.leases));
      ({ more } = leased);
    }
    assert.equal(seen, all);
  });

  check('named workloads are leased out of turn, but only those that wait', async (store) => {
    for (const id of ['a', 'b', 'c', 'd']) await submitText(store, 'iris', id);
    const [first] = await leaseUpTo(store, 'iris', 1);
    assert.is(first?.id, 'a');
    assert.equal(ids(await store.leaseNamed('iris', ['c', 'a', 'unknown', 'b'])), ['c', 'b']);
    assert.equal(await store.leaseNamed('text', ['d']), []);
    assert.equal(ids(await leaseUpTo(store, 'iris', 10)), ['d']);
  });

  check('leases asked for at the same moment never overlap', async (store) => {
    const all = Array.from({ length: 100 }, (_one, at) => `w${at}`);
    await Promise.all(all.map((id) => submitText(store, 'iris', id)));
    const leased = (await Promise.all(Array.from({ length: 40 }, () => leaseUpTo(store, 'iris', 7)))).flat();
    assert.equal(ids(leased).sort(), [...all].sort());
    assert.is(new Set(leased.map(({ token }) => token)).size, 100);
  });

  check('a lease carries the payload as it was submitted', async (store) => {
    await submitText(store, 'iris', 'one', '{"sepal": 5.1}');
    const lease = await leaseOne(store, 'iris');
    assert.is(Buffer.from(await store.read(lease.payload)).toString(), '{"sepal": 5.1}');
    const { contentType, attempt, alone, submittedAt } = lease;
    const found = await store.find('iris', 'one');
    assert.equal([contentType, attempt, alone, submittedAt], ['application/json', 1, false, found?.submittedAt]);
    assert.is(found?.status, 'in_progress');
  });

  check('what was given back keeps its place before what was submitted later', async (store) => {
    for (const id of ['a', 'b', 'c']) await submitText(store, 'iris', id);
    const [a, b] = await leaseUpTo(store, 'iris', 2);
    assert.ok(a !== undefined && b !== undefined);
    await submitText(store, 'iris', 'd');
    assert.is(await store.giveBack(b, { kind: 'not_begun' }), 'in_queue');
    assert.is(await store.giveBack(a, { kind: 'process_died', reason: 'killed' }), 'in_queue');
    assert.equal(ids(await leaseUpTo(store, 'iris', 10)), ['a', 'b', 'c', 'd']);
  });

  check('what never began keeps its attempt, what was in a dying process does not', async (store) => {
    await submitText(store, 'iris', 'one');
    for (const [how, attempt] of [
      ['not_begun', 1],
      ['process_died', 1],
      ['not_begun', 2],
      ['process_died', 2],
    ] as const) {
      const lease = await leaseOne(store, 'iris');
      assert.is(lease.attempt, attempt);
      await store.giveBack(lease, how === 'not_begun' ? { kind: how } : { kind: how, reason: 'killed' });
    }
    assert.is((await leaseOne(store, 'iris')).attempt, 3);
  });

  check('after two deaths a workload runs alone, after three it fails with the reason of each', async (store) => {
    await submitText(store, 'iris', 'poison');
    for (const [reason, alone] of [
      ['killed by SIGKILL', false],
      ['exited with 3', false],
    ] as const) {
      const lease = await leaseOne(store, 'iris');
      assert.is(lease.alone, alone);
      assert.is(await store.giveBack(lease, { kind: 'process_died', reason }), 'in_queue');
    }
    const last = await leaseOne(store, 'iris');
    assert.is(last.alone, true);
    assert.is(await store.giveBack(last, { kind: 'process_died', reason: 'out of memory' }), 'failed');
    const record = await store.find('iris', 'poison');
    assert.ok(record?.error);
    assert.is(record.status, 'failed');
    assert.is(record.error.code, 'PONS_ERR_WORKLOAD_ATTEMPTS');
    for (const reason of ['killed by SIGKILL', 'exited with 3', 'out of memory']) {
      assert.match(record.error.message, reason);
    }
    assert.equal(await leaseUpTo(store, 'iris', 1), []);
  });

  check('whoever shows another token is refused, and nothing changes', async (store) => {
    await submitText(store, 'iris', 'one');
    const old = await leaseOne(store, 'iris');
    await store.giveBack(old, { kind: 'not_begun' });
    const current = await leaseOne(store, 'iris');
    const error = { code: 'X', message: 'x', fix: 'x' };
    const strangers = [
      old,
      { ...current, token: '' },
      { ...current, token: `${current.token}0` },
      { ...current, id: 'two' },
      { ...current, api: 'text' },
    ];
    for (const stranger of strangers) {
      assert.is(await store.complete(stranger, Buffer.from('{}')), 'refused');
      assert.is(await store.fail(stranger, error), 'refused');
      assert.is(await store.giveBack(stranger, { kind: 'not_begun' }), 'refused');
    }
    assert.is((await store.find('iris', 'one'))?.status, 'in_progress');
    assert.is(await store.complete(current, Buffer.from('{}')), 'done');
  });

  check('counts follow each step of a life', async (store) => {
    const seen: [number, number][] = [];
    const look = async (): Promise<void> => {
      const { inQueue, inProgress } = await store.counts('iris');
      seen.push([inQueue, inProgress]);
    };
    await submitText(store, 'iris', 'a');
    await submitText(store, 'iris', 'b');
    await look();
    const [a, b] = await leaseUpTo(store, 'iris', 2);
    assert.ok(a !== undefined && b !== undefined);
    await look();
    await store.giveBack(a, { kind: 'not_begun' });
    await look();
    await store.complete(b, Buffer.from('{}'));
    await look();
    await store.cancel('iris', 'a');
    await look();
    assert.equal(seen, [
      [2, 0],
      [0, 2],
      [1, 1],
      [1, 0],
      [0, 0],
    ]);
  });
}
