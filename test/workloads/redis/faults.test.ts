import { randomBytes } from 'node:crypto';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { RedisNotice } from '../../../runtime/workloads/redis/open.ts';
import type { RedisStore } from '../../../runtime/workloads/redis/store.ts';
import { deadline } from '../../support/deadline.ts';
import { attendedWithin } from '../../support/redis/attended.ts';
import { startProxy } from '../../support/redis/proxy.ts';
import { until } from '../../support/redis/until.ts';
import { codeOf, leaseOne, patterned, submitBytes, submitText } from '../samples.ts';
import { withRedis } from '../../support/redis/with-redis.ts';
import { withStoreIn } from './with-store.ts';

const RESULT = Buffer.from('{}');
const HANGS_MS = 60_000;
/** What a client may wait for its 503, but for what this process stands still itself. */
const ANSWER_MS = 2000;
/** After which everything has to work again by itself. */
const BACK_MS = 5000;
/** Longer than three submissions are waited for. */
const PAUSE_MS = 12_000;

/** The code that a submission is refused with, which has to be soon. */
async function refusedSoon(store: RedisStore): Promise<string> {
  const refuse = (): Promise<string> => codeOf(submitText(store, 'iris', randomBytes(6).toString('hex')));
  return attendedWithin(ANSWER_MS, 'a refusal', () => deadline(HANGS_MS, refuse(), 'a refusal'));
}

/** Submits until that succeeds, which has to be soon. */
async function worksAgain(store: RedisStore): Promise<void> {
  const id = randomBytes(6).toString('hex');
  await until(() => submitText(store, 'iris', id).catch(() => null), BACK_MS);
}

test('Redis killed and started again: what was stored is there, refusals come soon, and all goes on', async () => {
  await withRedis(async (server) => {
    const notices: RedisNotice[] = [];
    await withStoreIn(
      server,
      async (store) => {
        await submitText(store, 'iris', 'queued');
        await submitText(store, 'text', 'held');
        const held = await leaseOne(store, 'text');
        await server.kill();
        assert.is(await refusedSoon(store), 'PONS_ERR_REDIS_UNREACHABLE');
        assert.is((await store.refusal())?.code, 'PONS_ERR_REDIS_UNREACHABLE');
        assert.is(await codeOf(store.complete(held, RESULT)), 'PONS_ERR_REDIS_UNREACHABLE');
        await until(() => Promise.resolve(notices.some(({ kind }) => kind === 'away') ? true : null));
        await server.start();
        await worksAgain(store);
        assert.is(await store.refusal(), null);
        assert.is(await store.complete(held, RESULT), 'done');
        assert.is((await leaseOne(store, 'iris')).id, 'queued');
        await until(() => Promise.resolve(notices.some(({ kind }) => kind === 'back') ? true : null));
        assert.not.ok(notices.some(({ kind }) => kind === 'emptied'));
      },
      { onNotice: (notice) => notices.push(notice) },
    );
  });
});

test('Redis started again without its data is said, with how much there was', async () => {
  await withRedis(async (server) => {
    const notices: RedisNotice[] = [];
    await withStoreIn(
      server,
      async (store) => {
        for (const id of ['a', 'b', 'c']) await submitText(store, 'iris', id);
        const lease = await leaseOne(store, 'iris');
        await until(() => Promise.resolve(server.command('HGET', 'pons:{iris}:meta', 'swept') === '' ? null : true));
        const swept = server.command('HGET', 'pons:{iris}:meta', 'swept');
        await until(() => Promise.resolve(server.command('HGET', 'pons:{iris}:meta', 'swept') === swept ? null : true));
        await server.kill();
        await server.start({ appendfilename: 'elsewhere.aof' });
        const emptied = await until(() => Promise.resolve(notices.find(({ kind }) => kind === 'emptied') ?? null));
        assert.equal(emptied, { kind: 'emptied', api: 'iris', inQueue: 2, inProgress: 1 });
        assert.is(await store.complete(lease, RESULT), 'refused');
        await worksAgain(store);
      },
      { onNotice: (notice) => notices.push(notice) },
    );
  });
});

test('an emptied script cache is filled again', async () => {
  await withRedis(async (server) => {
    await withStoreIn(server, async (store) => {
      await submitText(store, 'iris', 'one');
      server.command('SCRIPT', 'FLUSH');
      await submitText(store, 'iris', 'two');
      const lease = await leaseOne(store, 'iris');
      server.command('SCRIPT', 'FLUSH');
      assert.is(await store.complete(lease, RESULT), 'done');
    });
  });
});

for (const [how, pause] of [
  ['SIGSTOP', 'freeze'],
  ['CLIENT PAUSE', 'pause'],
] as const) {
  test(`a Redis that pauses (${how}) is refused soon, and works on as soon as it does`, async () => {
    await withRedis(async (server) => {
      await withStoreIn(server, async (store) => {
        await submitText(store, 'iris', 'one');
        const lease = await leaseOne(store, 'iris');
        if (pause === 'freeze') server.freeze();
        else server.command('CLIENT', 'PAUSE', String(PAUSE_MS), 'ALL');
        for (let at = 0; at < 3; at += 1) assert.is(await refusedSoon(store), 'PONS_ERR_REDIS_UNREACHABLE');
        assert.is((await store.refusal())?.code, 'PONS_ERR_REDIS_UNREACHABLE');
        if (pause === 'freeze') server.thaw();
        await until(() => store.complete(lease, RESULT).catch(() => null), PAUSE_MS + BACK_MS);
        await worksAgain(store);
      });
    });
  });
}

test('a connection that swallows everything is given up for a new one', async () => {
  await withRedis(async (server) => {
    const proxy = await startProxy(server.port);
    try {
      await withStoreIn(
        server,
        async (store) => {
          await submitText(store, 'iris', 'one');
          proxy.swallow();
          assert.is(await refusedSoon(store), 'PONS_ERR_REDIS_UNREACHABLE');
          await worksAgain(store);
        },
        { url: `redis://127.0.0.1:${proxy.port}` },
      );
    } finally {
      await proxy.close();
    }
  });
});

test('a Redis 200 ms away is slow, and nothing more', async () => {
  await withRedis(async (server) => {
    const proxy = await startProxy(server.port, { delayMs: 100 });
    try {
      await withStoreIn(
        server,
        async (store) => {
          const ids = Array.from({ length: 50 }, (_, at) => `w${at}`);
          const begun = performance.now();
          await Promise.all(ids.map((id) => submitText(store, 'iris', id)));
          // Half of what they take one after the other.
          assert.ok(performance.now() - begun < (50 * 200) / 2, 'submissions do not wait for each other');
          const { leases } = await store.lease('iris', 50);
          const outcomes = await Promise.all(leases.map((lease) => store.complete(lease, RESULT)));
          assert.equal([...new Set(outcomes)], ['done']);
          assert.is(await store.refusal(), null);
        },
        { url: `redis://127.0.0.1:${proxy.port}` },
      );
    } finally {
      await proxy.close();
    }
  });
});

test('Redis with its memory full refuses what is new and takes the ends of what was accepted', async () => {
  await withRedis(async (server) => {
    await withStoreIn(server, async (store) => {
      for (const id of ['a', 'b', 'c', 'd']) await submitBytes(store, 'iris', id, patterned(1000));
      const first = await leaseOne(store, 'iris');
      server.command('CONFIG', 'SET', 'maxmemory', '1');
      assert.is(await refusedSoon(store), 'PONS_ERR_REDIS_FULL');
      assert.is(await store.complete(first, RESULT), 'done');
      const second = await leaseOne(store, 'iris');
      assert.is(await store.giveBack(second, { kind: 'process_died', reason: 'killed' }), 'in_queue');
      const again = await leaseOne(store, 'iris');
      assert.equal([again.id, again.attempt], ['b', 2]);
      assert.is(await store.fail(again, { code: 'X', message: 'x', fix: 'x' }), 'done');
      assert.is(await store.cancel('iris', 'c'), 'cancelled');
      server.command('CONFIG', 'SET', 'maxmemory', '0');
      await worksAgain(store);
    });
  });
});

test('hosts see each other while memory is full, and a workload whose lease has lapsed is given back', async () => {
  await withRedis(async (server) => {
    await withStoreIn(server, async (store, presence) => {
      await submitText(store, 'iris', 'one');
      const lease = await leaseOne(store, 'iris');
      server.command('ZADD', 'pons:{iris}:leases', '1', 'one');
      await until(() => Promise.resolve(server.command('ZCARD', 'pons:{iris}:queue') === '1' ? true : null));
      server.command('CONFIG', 'SET', 'maxmemory', '1');
      await withStoreIn(server, () => Promise.resolve(), { apis: ['never-used'] });
      await presence.announce('iris', 'host', 'text');
      assert.equal([...(await presence.hosts('iris'))], [['host', 'text']]);
      assert.is(await store.giveBack(lease, { kind: 'not_begun' }), 'in_queue');
    });
  });
});

test('a primary that becomes a replica is left for another connection', async () => {
  await withRedis(async (server) => {
    await withStoreIn(server, async (store) => {
      await submitText(store, 'iris', 'one');
      server.command('REPLICAOF', '127.0.0.1', '1');
      assert.is(await refusedSoon(store), 'PONS_ERR_REDIS_READONLY');
      server.command('REPLICAOF', 'NO', 'ONE');
      await worksAgain(store);
    });
  });
});

test('a Redis that has no room for another connection is said', async () => {
  await withRedis(async (server) => {
    await withStoreIn(server, async (store) => {
      server.command('CONFIG', 'SET', 'maxclients', '1');
      await store.counts('iris');
      await withStoreIn(server, () => Promise.resolve()).then(
        () => {
          throw new Error('it was expected to be refused');
        },
        (error: unknown) => {
          assert.is((error as { code?: string }).code, 'PONS_ERR_REDIS_NOT_USABLE');
        },
      );
    });
  });
});

test('a large body that is cut off on its way leaves nothing behind', async () => {
  await withRedis(async (server) => {
    await withStoreIn(server, async (store) => {
      const bytes = patterned(20 * 1024 * 1024);
      const refused = codeOf(submitBytes(store, 'iris', 'large', bytes));
      await until(() => Promise.resolve(server.command('KEYS', 'pons:{iris}:b:*') === '' ? null : true));
      await server.kill();
      assert.is(await refused, 'PONS_ERR_REDIS_UNREACHABLE');
      await server.start();
      await worksAgain(store);
      const [left = ''] = server.command('KEYS', 'pons:{iris}:b:*').split('\n');
      if (left !== '') assert.ok(Number(server.command('PTTL', left)) > 0, 'what was cut off goes by itself');
      assert.is(await store.find('iris', 'large'), null);
      assert.is(await submitBytes(store, 'iris', 'large', bytes), 'stored');
    });
  });
});

test('a chunk that Redis takes after it was given up goes by itself', async () => {
  await withRedis(async (server) => {
    await withStoreIn(server, async (store) => {
      const bytes = patterned(300 * 1024);
      // Redis knows the function from then on.
      await submitBytes(store, 'text', 'earlier', bytes);
      server.freeze();
      assert.is(await codeOf(submitBytes(store, 'iris', 'large', bytes)), 'PONS_ERR_REDIS_UNREACHABLE');
      server.thaw();
      const left = await until(() => Promise.resolve(server.command('KEYS', 'pons:{iris}:b:*').split('\n')[0] || null));
      assert.ok(Number(server.command('PTTL', left)) > 0);
    });
  });
});

test.run();
