import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { RedisNotice } from '../../../runtime/workloads/redis/open.ts';
import type { RedisStore } from '../../../runtime/workloads/redis/store.ts';
import { SUPERVISOR_DEATHS_LIMIT } from '../../../runtime/workloads/states.ts';
import type { Lease } from '../../../runtime/workloads/store.ts';
import type { RedisServer } from '../../support/redis/server.ts';
import { until } from '../../support/redis/until.ts';
import { leaseOne, leaseUpTo, submitText } from '../samples.ts';
import { withRedis } from '../../support/redis/with-redis.ts';
import { withStoreIn } from './with-store.ts';

const LEASE_MS = 3000;
/** Seldom enough for somebody else to see first that a lease has lapsed. */
const RENEW_MS = 5000;
const RESULT = Buffer.from('{}');
const prefix = 'pons:{iris}:';

/** Two processes on one Redis: `frozen` does not renew what it leased, unless it is told how often. */
async function withTwo(
  act: (living: RedisStore, frozen: RedisStore, server: RedisServer) => Promise<void>,
  renewMs = 3_600_000,
): Promise<void> {
  await withRedis(async (server) => {
    await withStoreIn(
      server,
      async (living) => {
        await withStoreIn(server, (frozen) => act(living, frozen, server), { apis: ['iris'], renewMs });
      },
      { apis: ['iris'], leaseMs: LEASE_MS },
    );
  });
}

/** Makes a lease lapse at once, as if its holder had been away for long, unless it is over. */
function lapse(server: RedisServer, id: string): void {
  server.command('ZADD', `${prefix}leases`, 'XX', '1', id);
}

/** Makes a lease lapse at once, as if nobody had looked for so long, in one piece: somebody looks every second. */
function lapseUnseen(server: RedisServer, id: string, ms: number): void {
  const script = `
    local now = redis.call('TIME')
    redis.call('ZADD', KEYS[1], 1, ARGV[1])
    return redis.call('HSET', KEYS[2], 'swept', math.floor(now[1] * 1000 - ARGV[2]))`;
  server.command('EVAL', script, '2', `${prefix}leases`, `${prefix}meta`, id, String(ms));
}

async function leaseAgain(store: RedisStore): Promise<Lease> {
  return until(async () => (await leaseUpTo(store, 'iris', 1))[0] ?? null);
}

test('a lease is renewed as long as its holder lives', async () => {
  await withRedis(async (server) => {
    const notices: RedisNotice[] = [];
    await withStoreIn(
      server,
      async (store) => {
        await submitText(store, 'iris', 'one');
        const lease = await leaseOne(store, 'iris');
        const expiry = (): number => Number(server.command('ZSCORE', `${prefix}leases`, 'one'));
        const first = expiry();
        await until(() => Promise.resolve(expiry() > first + LEASE_MS ? true : null));
        assert.is(await store.complete(lease, RESULT), 'done');
        assert.equal(
          notices.filter(({ kind }) => kind === 'lapsed'),
          [],
        );
      },
      { leaseMs: LEASE_MS, onNotice: (notice) => notices.push(notice) },
    );
  });
});

test('what lapsed goes to another process, whose result counts, and the late one is refused and told', async () => {
  await withTwo(async (living, frozen, server) => {
    await submitText(living, 'iris', 'one');
    const old = await leaseOne(frozen, 'iris');
    const lost: string[] = [];
    frozen.onLost(({ id }) => lost.push(id));
    lapse(server, 'one');
    const taken = await leaseAgain(living);
    assert.equal([taken.id, taken.attempt], ['one', 1], 'a death of a supervisor costs no attempt');
    assert.is(await frozen.complete(old, Buffer.from('"late"')), 'refused');
    assert.is(await living.complete(taken, Buffer.from('"right"')), 'done');
    const record = await living.find('iris', 'one');
    assert.is(record?.result?.kind === 'bytes' ? Buffer.from(record.result.bytes).toString() : null, '"right"');
    assert.equal(lost, []);
  });
});

test('a lease that lapsed and that nobody has taken may still end its workload', async () => {
  for (const end of ['complete', 'giveBack'] as const) {
    await withTwo(async (living, frozen, server) => {
      await submitText(living, 'iris', 'one');
      const lease = await leaseOne(frozen, 'iris');
      lapse(server, 'one');
      await until(async () => ((await living.counts('iris')).inQueue === 1 ? true : null));
      assert.is((await living.find('iris', 'one'))?.status, 'in_queue');
      if (end === 'complete') assert.is(await frozen.complete(lease, RESULT), 'done');
      if (end === 'giveBack') assert.is(await frozen.giveBack(lease, { kind: 'not_begun' }), 'in_queue');
      const counts = await living.counts('iris');
      assert.equal([counts.inQueue, counts.inProgress], [end === 'giveBack' ? 1 : 0, 0]);
    });
  }
});

test('a lease that lapsed and that nobody has taken may be renewed', async () => {
  await withTwo(async (living, renews, server) => {
    await submitText(living, 'iris', 'one');
    const lease = await leaseOne(renews, 'iris');
    const counted = async (name: 'inQueue' | 'inProgress') => ((await living.counts('iris'))[name] === 1 ? true : null);
    // Again where it was renewed before anybody saw that it had lapsed.
    await until(async () => {
      lapse(server, 'one');
      return await counted('inQueue');
    });
    await until(() => counted('inProgress'));
    assert.is(await renews.complete(lease, RESULT), 'done');
    const counts = await living.counts('iris');
    assert.equal([counts.inQueue, counts.inProgress], [0, 0]);
  }, RENEW_MS);
});

test('whoever holds a workload that is cancelled elsewhere hears of it', async () => {
  await withRedis(async (server) => {
    await withStoreIn(server, async (other) => {
      await withStoreIn(
        server,
        async (holder) => {
          await submitText(holder, 'iris', 'one');
          await leaseOne(holder, 'iris');
          const lost = new Promise<string>((resolve) => {
            holder.onLost(({ id }) => {
              resolve(id);
            });
          });
          assert.is(await other.cancel('iris', 'one'), 'cancelled');
          assert.is(await lost, 'one');
        },
        { leaseMs: LEASE_MS },
      );
    });
  });
});

test('a workload whose holders die again and again fails, with the number of deaths', async () => {
  await withTwo(async (living, frozen, server) => {
    await submitText(living, 'iris', 'one');
    const ended: string[] = [];
    living.onEnded((_api, status) => ended.push(status));
    frozen.onEnded((_api, status) => ended.push(status));
    await leaseOne(frozen, 'iris');
    server.command('HSET', `${prefix}w:one`, 'deaths', String(SUPERVISOR_DEATHS_LIMIT - 1));
    lapse(server, 'one');
    const record = await until(async () => {
      const found = await living.find('iris', 'one');
      return found?.status === 'failed' ? found : null;
    });
    assert.is(record.error?.code, 'PONS_ERR_WORKLOAD_SUPERVISOR_DEATHS');
    assert.match(record.error?.message ?? '', String(SUPERVISOR_DEATHS_LIMIT));
    await until(() => Promise.resolve(ended.length > 0 ? true : null));
    assert.equal(ended, ['failed']);
  });
});

test('nothing lapses because nobody could renew: after a pause of Redis every lease gets its time anew', async () => {
  await withTwo(async (living, _frozen, server) => {
    await submitText(living, 'iris', 'one');
    const lease = await leaseOne(living, 'iris');
    lapseUnseen(server, 'one', 10 * LEASE_MS);
    await until(() => Promise.resolve(Number(server.command('ZSCORE', `${prefix}leases`, 'one')) > 1 ? true : null));
    assert.is((await living.find('iris', 'one'))?.status, 'in_progress');
    assert.is(await living.complete(lease, RESULT), 'done');
  });
});

test('a closed store gives back what it holds, with the attempt', async () => {
  await withRedis(async (server) => {
    await withStoreIn(server, async (store) => {
      await submitText(store, 'iris', 'one');
      await leaseOne(store, 'iris');
    });
    await withStoreIn(server, async (store) => {
      assert.is((await leaseOne(store, 'iris')).attempt, 1);
    });
  });
});

test('processes on one Redis never lease the same workload', async () => {
  await withRedis(async (server) => {
    await withStoreIn(server, async (one) => {
      await withStoreIn(server, async (two) => {
        const all = Array.from({ length: 200 }, (_, at) => `w${at}`);
        await Promise.all(all.map((id) => submitText(one, 'iris', id)));
        const asked = Array.from({ length: 60 }, (_, at) => leaseUpTo(at % 2 === 0 ? one : two, 'iris', 5));
        const leased = (await Promise.all(asked)).flat();
        assert.equal(leased.map(({ id }) => id).sort(), [...all].sort());
      });
    });
  });
});

test('what one process submits wakes another', async () => {
  await withRedis(async (server) => {
    await withStoreIn(server, async (gateway) => {
      await withStoreIn(server, async (host) => {
        const heard = new Promise<void>((resolve) => {
          host.onQueued('iris', resolve);
        });
        await submitText(gateway, 'iris', 'one');
        await heard;
      });
    });
  });
});

test('an ended workload is kept for its time, then it is gone with its result', async () => {
  await withRedis(async (server) => {
    await withStoreIn(
      server,
      async (store) => {
        await submitText(store, 'iris', 'one');
        await store.complete(await leaseOne(store, 'iris'), Buffer.alloc(600_000, '1'));
        const { result } = (await store.find('iris', 'one')) ?? {};
        assert.ok(result);
        await until(async () => ((await store.find('iris', 'one')) === null ? true : null));
        assert.is(server.command('KEYS', `${prefix}w:*`), '');
        const leftMs = Number(server.command('PTTL', server.command('KEYS', `${prefix}b:*`)));
        assert.ok(leftMs > 14 * 60_000 && leftMs <= 15 * 60_000, 'it goes when readings that have begun are over');
        assert.is((await store.read(result)).byteLength, 600_000);
        assert.is(await submitText(store, 'iris', 'one', '"another body"'), 'stored');
      },
      { retentionMs: 5000 },
    );
  });
});

test.run();
