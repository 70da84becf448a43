import { Readable } from 'node:stream';
import * as assert from 'uvu/assert';
import type { ArrivingWorkload, CarriedWorkload, LeavingWorkload } from '../../../runtime/workloads/carriage.ts';
import { RETENTION_MS } from '../../../runtime/workloads/retention.ts';
import type { WorkloadStore } from '../../../runtime/workloads/store.ts';
import type { Check } from '../conformance.ts';
import { AMPLE_BYTES, chunksOf, leaseOne, leaseUpTo, patterned, sha256, submitBytes, submitText } from '../samples.ts';

const MB = 1024 * 1024;
const ERROR = { code: 'PONS_ERR_PREDICT', message: 'it raised: ä"\n', fix: 'Mend it.' };
const DIED = { kind: 'process_died', reason: 'it was killed' } as const;

async function leaving(store: WorkloadStore, ...apis: string[]): Promise<LeavingWorkload[]> {
  const all: LeavingWorkload[] = [];
  for await (const page of store.carriage.workloads(apis)) all.push(...page);
  return all;
}

function byId(workloads: readonly LeavingWorkload[]): Record<string, LeavingWorkload | undefined> {
  return Object.fromEntries(workloads.map((one) => [one.id, one]));
}

function there<T>(value: T | null | undefined): T {
  if (value === null || value === undefined) throw new Error('it is not there');
  return value;
}

async function arriving(
  store: WorkloadStore,
  id: string,
  body: Buffer | null,
  further: Partial<CarriedWorkload> = {},
): Promise<ArrivingWorkload> {
  const received = body === null ? null : await store.receive(Readable.from(chunksOf(body)), AMPLE_BYTES);
  return {
    ...{ api: 'iris', id, status: 'in_queue', submittedAt: 1000, endedAt: null, contentType: 'application/json' },
    ...{ digest: sha256(Buffer.from(id)), attempt: 0, deathReasons: [], supervisorDeaths: 0, error: null, received },
    ...further,
  };
}

export function conformsInCarriage(check: Check): void {
  check('workloads leave with all that is known of them, and none is changed by it', async (store) => {
    for (const id of ['completed', 'failed', 'died', 'held']) await submitText(store, 'iris', id);
    await store.complete(await leaseOne(store, 'iris'), Buffer.from('{"a":1}'));
    await store.fail(await leaseOne(store, 'iris'), ERROR);
    const [died, held] = await leaseUpTo(store, 'iris', 2);
    assert.ok(died && held);
    await store.giveBack(died, DIED);
    await submitText(store, 'iris', 'cancelled');
    await store.cancel('iris', 'cancelled');
    await submitText(store, 'text', 'other', 'text');
    const found = byId(await leaving(store, 'iris'));
    assert.equal(Object.keys(found).sort(), ['cancelled', 'completed', 'died', 'failed', 'held']);
    for (const [id, one] of Object.entries(found)) {
      assert.ok(one);
      const record = await store.find('iris', id);
      assert.ok(record);
      assert.is(one.api, 'iris');
      assert.is(one.status, id === 'died' || id === 'held' ? 'in_queue' : id);
      assert.equal([one.submittedAt, one.endedAt, one.error], [record.submittedAt, record.endedAt, record.error]);
      assert.is(one.contentType, 'application/json');
      assert.is(Buffer.compare(one.digest, sha256(Buffer.from(`"${id}"`))), 0);
    }
    const { completed, failed, cancelled } = found;
    assert.is(Buffer.from(await store.read(there(completed?.body))).toString(), '{"a":1}');
    assert.equal([failed?.body, cancelled?.body], [null, null]);
    assert.equal([found['died']?.attempt, found['died']?.deathReasons], [1, ['it was killed']]);
    assert.equal([found['held']?.attempt, found['held']?.supervisorDeaths], [0, 1], 'as if its holder had died');
    assert.is(Buffer.from(await store.read(there(found['held']?.body))).toString(), '"held"');
    assert.equal(
      (await leaving(store, 'iris', 'text')).map(({ id }) => id).filter((id) => id === 'other'),
      ['other'],
    );
    assert.ok((await store.carriage.apis()).includes('iris') && (await store.carriage.apis()).includes('text'));
    assert.is(await store.complete(held, Buffer.from('{}')), 'done', 'its holder still has it');
  });

  check('what waits leaves in the order of the queue, over many pages, the held in their places', async (store) => {
    const ids = Array.from({ length: 1300 }, (_one, at) => `w${at}`);
    const body = (id: string): Buffer => (Number(id.slice(1)) % 50 === 0 ? patterned(150_000) : Buffer.from(id));
    for (const id of ids) await submitBytes(store, 'iris', id, body(id));
    await store.leaseNamed('iris', ['w3', 'w700', 'w1299']);
    assert.equal(
      (await leaving(store, 'iris')).map(({ id }) => id),
      ids,
    );
    assert.equal(await leaving(store, 'text'), []);
    assert.equal(await leaving(store), []);
  });

  for (const size of [0, 10, 300_000, 3 * MB + 7]) {
    check(`a body of ${size} bytes arrives as payload and as result, and leaves again`, async (store) => {
      const [payload, result] = [patterned(size), patterned(size, 2)];
      const arrivals = await store.carriage.adopt([
        await arriving(store, 'waits', payload, { digest: sha256(payload) }),
        await arriving(store, 'ended', result, { status: 'completed', endedAt: Date.now() }),
      ]);
      assert.equal(arrivals, ['stored', 'stored']);
      const found = byId(await leaving(store, 'iris'));
      for (const [id, bytes] of [
        ['waits', payload],
        ['ended', result],
      ] as const) {
        const { stream } = await store.open(there(found[id]?.body));
        assert.is(Buffer.compare(Buffer.concat(await stream.toArray()), bytes), 0, id);
      }
      assert.is(await submitBytes(store, 'iris', 'waits', payload), 'known');
      const lease = await leaseOne(store, 'iris');
      assert.is(Buffer.compare(await store.read(lease.payload), payload), 0);
      const record = await store.find('iris', 'ended');
      assert.is(Buffer.compare(await store.read(there(record?.result)), result), 0);
    });
  }

  check('workloads arrive as they were, behind those that wait, and in the order given', async (store) => {
    let heard = 0;
    store.onQueued('iris', () => (heard += 1));
    const ended: string[] = [];
    store.onEnded((api) => ended.push(api));
    await submitText(store, 'iris', 'before');
    const endedAt = Date.now() - 1000;
    const arrivals = await store.carriage.adopt([
      await arriving(store, 'b', Buffer.from('1')),
      await arriving(store, 'failed', null, { status: 'failed', endedAt, error: ERROR }),
      await arriving(store, 'x', Buffer.from('2'), { api: 'text' }),
      await arriving(store, 'a', Buffer.from('3')),
      await arriving(store, 'cancelled', null, { status: 'cancelled', endedAt }),
    ]);
    assert.equal(
      arrivals,
      Array.from({ length: 5 }, () => 'stored'),
    );
    assert.equal(await store.find('iris', 'failed'), {
      ...{ api: 'iris', id: 'failed', status: 'failed', submittedAt: 1000, endedAt, result: null, error: ERROR },
    });
    assert.is((await store.find('iris', 'cancelled'))?.status, 'cancelled');
    assert.is((await store.counts('iris')).inQueue, 3);
    assert.is((await store.counts('text')).inQueue, 1);
    const leases = await leaseUpTo(store, 'iris', 5);
    assert.equal(
      leases.map(({ id }) => id),
      ['before', 'b', 'a'],
    );
    assert.equal([leases[1]?.submittedAt, leases[1]?.attempt, leases[1]?.contentType], [1000, 1, 'application/json']);
    assert.is(await store.complete(there(leases[1]), Buffer.from('{}')), 'done');
    assert.is(heard, 2);
    assert.equal(ended, ['iris'], 'what had ended elsewhere has not ended here');
  });

  check('what arrives again is known, in whatever state, and another body is a conflict', async (store) => {
    const one = () => arriving(store, 'one', Buffer.from('one'));
    const two = () => arriving(store, 'two', patterned(2 * MB), { status: 'completed', endedAt: Date.now() });
    assert.equal(await store.carriage.adopt([await one(), await two()]), ['stored', 'stored']);
    assert.equal(await store.carriage.adopt([await two(), await one()]), ['known', 'known']);
    await store.complete(await leaseOne(store, 'iris'), Buffer.from('{}'));
    assert.equal(await store.carriage.adopt([await one()]), ['known']);
    assert.is((await store.find('iris', 'one'))?.status, 'completed');
    const other = { digest: sha256(Buffer.from('other')) };
    const others = [await arriving(store, 'one', Buffer.from('other'), other), { ...(await two()), ...other }];
    assert.equal(await store.carriage.adopt(others), ['conflict', 'conflict']);
    const twice = [await arriving(store, 'twice', Buffer.from('1')), await arriving(store, 'twice', Buffer.from('1'))];
    assert.equal(await store.carriage.adopt(twice), ['stored', 'known']);
    assert.is((await store.counts('iris')).inQueue, 1);
    assert.equal(await store.carriage.adopt([]), []);
  });

  check('attempts that were counted elsewhere count here', async (store) => {
    const further = { attempt: 2, deathReasons: ['first', 'second'], supervisorDeaths: 3 };
    await store.carriage.adopt([await arriving(store, 'one', Buffer.from('one'), further)]);
    const left = byId(await leaving(store, 'iris'))['one'];
    assert.equal([left?.attempt, left?.deathReasons, left?.supervisorDeaths], [2, ['first', 'second'], 3]);
    const lease = await leaseOne(store, 'iris');
    assert.equal([lease.attempt, lease.alone], [3, true]);
    assert.is(await store.giveBack(lease, DIED), 'failed');
    assert.match((await store.find('iris', 'one'))?.error?.message ?? '', /first.*second.*it was killed/);
  });

  check('what ended longer ago than workloads are kept does not arrive', async (store) => {
    const ended = { status: 'completed', endedAt: Date.now() - RETENTION_MS - 60_000 } as const;
    const late = await arriving(store, 'late', patterned(2 * MB), ended);
    const early = await arriving(store, 'early', Buffer.from('{}'), { ...ended, endedAt: ended.endedAt + 120_000 });
    assert.equal(await store.carriage.adopt([late, early]), ['expired', 'stored']);
    assert.is(await store.find('iris', 'late'), null);
    assert.is((await store.find('iris', 'early'))?.endedAt, ended.endedAt + 120_000);
  });
}
