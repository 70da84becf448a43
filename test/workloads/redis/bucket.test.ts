import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { parsePayloadsUrl } from '../../../runtime/workloads/blobs/location.ts';
import type { RedisNotice } from '../../../runtime/workloads/redis/open.ts';
import type { RedisStore } from '../../../runtime/workloads/redis/store.ts';
import { attendedWithin } from '../../support/redis/attended.ts';
import { startProxy as startCable, type RedisProxy as Cable } from '../../support/redis/proxy.ts';
import type { RedisServer } from '../../support/redis/server.ts';
import { until } from '../../support/redis/until.ts';
import { withRedis } from '../../support/redis/with-redis.ts';
import { environmentFor, startMoto, type Moto } from '../../support/s3/moto.ts';
import { forgetCredentials } from '../../support/s3/no-credentials.ts';
import { codeOf, leaseOne, leaseUpTo, patterned, submitBytes, submitText } from '../samples.ts';
import { withStoreIn } from './with-store.ts';

const MB = 1024 * 1024;
/** What a client may wait for its 503 once it is known that the bucket is away. */
const ANSWER_MS = 2000;
/** After which it must be known, where nothing comes back. */
const SEEN_MS = 4000;
/** After which everything has to work again by itself. */
const BACK_MS = 5000;
const payloads = parsePayloadsUrl('s3://bucket/pons');

forgetCredentials();
let moto: Moto;
let cable: Cable;

test.before(async () => {
  moto = await startMoto();
  cable = await startCable(Number(new URL(moto.address).port));
  Object.assign(process.env, environmentFor(`http://127.0.0.1:${cable.port}`));
});

test.after.each(async () => {
  moto.thaw();
  cable.heal();
  for (const key of await moto.keys('')) await moto.remove(key);
});

test.after(async () => {
  await cable.close();
  await moto.end();
});

/** Runs `act` on a store with a bucket, in a Redis of its own. */
function withBucket(
  act: (store: RedisStore, server: RedisServer, notices: RedisNotice[]) => Promise<void>,
  retentionMs?: number,
): Promise<void> {
  const notices: RedisNotice[] = [];
  const onNotice = (notice: RedisNotice): number => notices.push(notice);
  const more = retentionMs === undefined ? {} : { retentionMs };
  return withRedis((server) =>
    withStoreIn(server, (store) => act(store, server, notices), { payloads, onNotice, ...more }),
  );
}

const bodies = async (): Promise<string[]> =>
  (await moto.keys('pons/'))
    .filter((key) => !/^pons\/(probe|marks)\//.test(key))
    .map((key) => key.slice('pons/'.length));

const untilBodies = (count: number): Promise<string[]> =>
  until(async () => {
    const keys = await bodies();
    return keys.length === count ? keys : null;
  });

const firstLease = (store: RedisStore) => until(async () => (await leaseUpTo(store, 'api', 1))[0] ?? null);

const large = (seed = 1): Buffer => patterned(MB, seed);

test('a payload goes when its workload ends, whatever the end, and a result when it is kept no longer', async () => {
  await withBucket(async (store, server) => {
    for (const id of ['done', 'failed', 'cancelled', 'queued']) await submitBytes(store, 'api', id, large());
    assert.is((await bodies()).length, 4);
    const leases = await leaseUpTo(store, 'api', 1);
    const [done] = leases;
    assert.ok(done);
    assert.is(await store.complete(done, large(2)), 'done');
    const failed = await leaseOne(store, 'api');
    assert.is(await store.fail(failed, { code: 'a', message: 'b', fix: 'c' }), 'done');
    assert.is(await store.cancel('api', 'cancelled'), 'cancelled');
    const left = await untilBodies(2);
    assert.equal(left.map((key) => key.split('.')[0]).sort(), ['api/done', 'api/queued']);
    assert.ok((await store.find('api', 'done'))?.result);
    await until(async () => ((await store.find('api', 'done')) === null ? true : null));
    assert.equal(
      (await untilBodies(1)).map((key) => key.split('.')[0]),
      ['api/queued'],
    );
    // Redis forgets an object only once the bucket no longer has it.
    await until(() => Promise.resolve(server.command('ZCARD', 'pons:{api}:objects') === '1' ? true : null));
  }, 10_000);
});

test('a workload that is given back keeps its payload', async () => {
  await withBucket(async (store) => {
    await submitBytes(store, 'api', 'one', large());
    await store.giveBack(await leaseOne(store, 'api'), { kind: 'process_died', reason: 'it died' });
    const again = await leaseOne(store, 'api');
    assert.is(Buffer.compare(await store.read(again.payload), large()), 0);
  });
});

test('nothing that a client names leaves its place below the prefix', async () => {
  await withBucket(async (store) => {
    const ids = ['.', '..', '...', 'a:b', 'a_b', '-', '_.:', 'x'.repeat(128)];
    for (const [at, id] of ids.entries()) assert.is(await submitBytes(store, 'api', id, large(at)), 'stored');
    const keys = await moto.keys('');
    const odd = keys.filter(
      (key) =>
        !/^pons\/(api\/[A-Za-z0-9._-]+\.[0-9a-f-]{36}\.[0-9a-f]{64}|probe\/[0-9a-f-]{36}|marks\/api\.[0-9a-f-]{36})$/.test(
          key,
        ),
    );
    assert.equal(odd, []);
    for (const [at] of ids.entries()) {
      const { id, payload } = await leaseOne(store, 'api');
      assert.is(id, ids[at]);
      assert.is(Buffer.compare(await store.read(payload), large(at)), 0);
    }
  });
});

test('the same id with the same body is known without being stored again, and with another one is a conflict', async () => {
  await withBucket(async (store) => {
    assert.is(await submitBytes(store, 'api', 'one', large()), 'stored');
    const before = await bodies();
    cable.cut();
    assert.is(await submitBytes(store, 'api', 'one', large()), 'known', 'also while the bucket is away');
    assert.is(await submitBytes(store, 'api', 'one', large(2)), 'conflict');
    assert.equal(await bodies(), before);
  });
});

const outages = {
  'refuses connections': {
    away: () => {
      cable.cut();
    },
    back: () => {
      cable.heal();
    },
  },
  'says nothing more': {
    away: () => {
      moto.freeze();
    },
    back: () => {
      moto.thaw();
    },
  },
};

for (const [how, { away, back }] of Object.entries(outages)) {
  test(`a bucket that ${how} is refused soon, costs no attempt and loses nothing, and all goes on when it is back`, async () => {
    await withBucket(async (store, server, notices) => {
      await submitBytes(store, 'api', 'payload', large());
      await submitText(store, 'other', 'result');
      const result = await leaseOne(store, 'other');
      away();
      const body = large();
      const refused = (): Promise<string> => codeOf(submitBytes(store, 'api', 'a', body));
      assert.is(await attendedWithin(SEEN_MS, 'seen', refused), 'PONS_ERR_PAYLOADS_UNREACHABLE');
      await attendedWithin(ANSWER_MS, 'refused', async () => {
        assert.is(await refused(), 'PONS_ERR_PAYLOADS_UNREACHABLE');
        assert.is(await codeOf(store.complete(result, body)), 'PONS_ERR_PAYLOADS_UNREACHABLE');
      });
      assert.is(await store.refusal(), null);
      assert.equal(await store.lease('api', 5), { leases: [], more: false }, 'what cannot be read is not leased');
      assert.is(await submitText(store, 'api', 'small'), 'stored');
      assert.equal(
        (await leaseUpTo(store, 'api', 5)).map(({ id }) => id),
        ['small'],
      );
      assert.equal(
        notices.filter(({ kind }) => kind.startsWith('payloads')).map(({ kind }) => kind),
        ['payloads_away'],
      );
      back();
      const lease = await attendedWithin(BACK_MS, 'back', () => firstLease(store));
      assert.equal([lease.id, lease.attempt], ['payload', 1]);
      assert.is(Buffer.compare(await store.read(lease.payload), large()), 0);
      assert.is(await store.complete(result, large()), 'done');
      assert.is(await submitBytes(store, 'api', 'a', large()), 'stored');
      assert.ok(notices.some(({ kind }) => kind === 'payloads_back'));
      assert.is(server.command('HGET', 'pons:{api}:w:payload', 'deaths'), '0');
    });
  });
}

test('with the memory of Redis full, nothing large comes in, and large results are stored', async () => {
  await withBucket(async (store, server) => {
    await submitBytes(store, 'api', 'one', large());
    const lease = await leaseOne(store, 'api');
    server.command('CONFIG', 'SET', 'maxmemory', '1');
    assert.is(await codeOf(submitBytes(store, 'api', 'two', large())), 'PONS_ERR_REDIS_FULL');
    assert.is(await store.complete(lease, large(2)), 'done');
    server.command('CONFIG', 'SET', 'maxmemory', '0');
    const keys = await untilBodies(1);
    assert.ok(keys.every((key) => key.startsWith('api/one.')));
  });
});

test('what an API has left is taken away also by those who no longer have that API', async () => {
  await withRedis(async (server) => {
    await withStoreIn(
      server,
      async (store) => {
        await submitBytes(store, 'old', 'one', large());
        await store.complete(await leaseOne(store, 'old'), large(2));
      },
      { payloads, retentionMs: 1000 },
    );
    await withStoreIn(server, () => untilBodies(0).then(() => undefined), { payloads, apis: ['new'] });
  });
});

test('a payload that is being read when the bucket goes away can be given back without cost', async () => {
  await withBucket(async (store) => {
    await submitBytes(store, 'api', 'one', large());
    const lease = await leaseOne(store, 'api');
    cable.cut();
    assert.is(await codeOf(store.read(lease.payload)), 'PONS_ERR_PAYLOADS_UNREACHABLE');
    assert.is(await codeOf(store.open(lease.payload)), 'PONS_ERR_PAYLOADS_UNREACHABLE');
    assert.is(await store.giveBack(lease, { kind: 'not_begun' }), 'in_queue');
    cable.heal();
    const again = await attendedWithin(BACK_MS, 'back', () => firstLease(store));
    assert.is(again.attempt, 1);
  });
});

test('a payload that is gone is told to be missing', async () => {
  await withBucket(async (store) => {
    await submitBytes(store, 'api', 'one', large());
    const [key = ''] = await bodies();
    await moto.remove(`pons/${key}`);
    const { payload } = await leaseOne(store, 'api');
    assert.is(await codeOf(store.read(payload)), 'PONS_ERR_WORKLOAD_BODY_MISSING');
    assert.is(await codeOf(store.open(payload)), 'PONS_ERR_WORKLOAD_BODY_MISSING');
  });
});

/** Puts copies of a queued workload behind it. */
function copyInQueue(server: RedisServer, id: string, copies: number): void {
  const script = `
    local record = redis.call('HGETALL', KEYS[1] .. 'w:' .. ARGV[1])
    for at = 1, ARGV[2] do
      redis.call('HSET', KEYS[1] .. 'w:copy' .. at, unpack(record))
      redis.call('ZADD', KEYS[1] .. 'queue', 1000 + at, 'copy' .. at)
    end
    return redis.call('HINCRBY', KEYS[1] .. 'meta', 'seq', 1000 + ARGV[2])`;
  server.command('EVAL', script, '1', 'pons:{api}:', id, String(copies));
}

test('behind more than a thousand that cannot be read nothing is looked for, which is said as that', async () => {
  await withBucket(async (store, server) => {
    await submitBytes(store, 'api', 'one', large());
    copyInQueue(server, 'one', 1500);
    await submitText(store, 'api', 'small');
    await withStoreIn(server, async (other) => {
      assert.equal(await other.lease('api', 5), { leases: [], more: false });
      assert.equal(
        (await other.leaseNamed('api', ['one', 'small'])).map(({ id }) => id),
        ['small'],
      );
    });
    const { leases, more } = await store.lease('api', 1);
    assert.equal([leases.map(({ id }) => id), more], [['one'], true]);
  });
});

test('small ones behind large ones that cannot be read are found', async () => {
  await withRedis(async (server) => {
    await withStoreIn(
      server,
      async (store) => {
        await Promise.all(
          Array.from({ length: 30 }, (_, at) => submitBytes(store, 'api', `large${at}`, patterned(300_000, at))),
        );
      },
      { payloads },
    );
    const notices: RedisNotice[] = [];
    await withStoreIn(
      server,
      async (store) => {
        for (const id of ['a', 'b', 'c']) await submitText(store, 'api', id);
        assert.equal(
          (await leaseUpTo(store, 'api', 2)).map(({ id }) => id),
          ['a', 'b'],
        );
        assert.equal(
          (await store.leaseNamed('api', ['large1', 'c'])).map(({ id }) => id),
          ['c'],
        );
        assert.equal(await store.lease('api', 2), { leases: [], more: false });
        const warnings = notices.flatMap((notice) => (notice.kind === 'warning' ? [notice.text] : []));
        assert.is(warnings.filter((text) => text.includes('workloads of api are left to other processes')).length, 1);
      },
      { onNotice: (notice) => notices.push(notice) },
    );
  });
});

test.run();
