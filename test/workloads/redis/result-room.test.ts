import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { KnownError } from '../../../runtime/errors/known-error.ts';
import { messageOf } from '../../../runtime/errors/render.ts';
import { parseRedisUrl } from '../../../runtime/workloads/redis/address.ts';
import { ResultRoom } from '../../../runtime/workloads/redis/result-room.ts';
import type { RedisStore } from '../../../runtime/workloads/redis/store.ts';
import type { RedisServer } from '../../support/redis/server.ts';
import { until } from '../../support/redis/until.ts';
import { withRedis } from '../../support/redis/with-redis.ts';
import { codeOf, leaseOne, patterned, submitText } from '../samples.ts';
import { withStoreIn } from './with-store.ts';

const LIMIT_BYTES = 6 * 1024 * 1024;
const LARGE = patterned(4 * 1024 * 1024);

async function leased(store: RedisStore, id: string) {
  await submitText(store, 'api', id);
  return leaseOne(store, 'api');
}

function statistic(server: RedisServer, section: string, name: string): number {
  return Number(new RegExp(`^${name}:(\\d+)`, 'm').exec(server.command('INFO', section))?.[1]);
}

test('of a large result that has no room nothing is sent, so that requests have their room', async () => {
  await withRedis(
    async (server) => {
      await withStoreIn(server, async (store) => {
        const lease = await leased(store, 'large');
        const before = statistic(server, 'persistence', 'aof_current_size');
        assert.is(await codeOf(store.complete(lease, LARGE)), 'PONS_ERR_REDIS_NO_ROOM');
        assert.ok(statistic(server, 'persistence', 'aof_current_size') - before < 64 * 1024);
        assert.equal(server.command('KEYS', 'pons:{api}:b:*'), '');
        assert.is(await submitText(store, 'api', 'next'), 'stored');
        assert.is(await store.refusal(), null);
      });
    },
    { maxmemory: String(LIMIT_BYTES) },
  );
});

test('large results that wait for room hold up none that there is room for, and are stored whole when there is', async () => {
  await withRedis(
    async (server) => {
      await withStoreIn(server, async (store) => {
        const waiting = await leased(store, 'waits');
        const fitting = await leased(store, 'fits');
        const small = await leased(store, 'small');
        assert.is(await codeOf(store.complete(waiting, LARGE)), 'PONS_ERR_REDIS_NO_ROOM');
        assert.is(await store.complete(fitting, LARGE.subarray(0, 600_000)), 'done');
        assert.is(await store.complete(small, Buffer.from('1')), 'done');
        server.command('CONFIG', 'SET', 'maxmemory', '100mb');
        await until(() => store.complete(waiting, LARGE).catch(() => null));
        const { result } = (await store.find('api', 'waits')) ?? {};
        assert.ok(result);
        assert.ok(LARGE.equals(await store.read(result)));
      });
    },
    { maxmemory: String(LIMIT_BYTES) },
  );
});

test('of a result that Redis can never hold it is said how much it would have to hold, and what becomes of it', async () => {
  await withRedis(
    async (server) => {
      await withStoreIn(server, async (store) => {
        const large = await leased(store, 'large');
        const tooLarge = await leased(store, 'too-large');
        const messages = [large, tooLarge].map(async (lease, at) =>
          store.complete(lease, at === 0 ? LARGE : patterned(2 * LARGE.byteLength)).then(String, messageOf),
        );
        const [fitsOnce, neverFits] = await Promise.all(messages);
        assert.match(fitsOnce ?? '', `${LARGE.byteLength} bytes (maxmemory): `);
        assert.match(neverFits ?? '', '(maxmemory, which has to be more than 11010048 bytes for it): ');
        assert.match(neverFits ?? '', 'for 60 s, after which its workload fails');
        server.command('CONFIG', 'SET', 'maxmemory', '100mb');
        await until(() => store.complete(tooLarge, patterned(2 * LARGE.byteLength)).catch(() => null));
      });
    },
    { maxmemory: String(LIMIT_BYTES) },
  );
});

test('a result that Redis could not hold for a while as it is configured is refused for good, and no other', async () => {
  await withRedis(
    async (server) => {
      await withStoreIn(
        server,
        async (store) => {
          const tooLarge = await leased(store, 'too-large');
          const large = await leased(store, 'large');
          const fitting = await leased(store, 'fits');
          const complete = () => store.complete(tooLarge, patterned(2 * LARGE.byteLength));
          assert.is(await codeOf(complete()), 'PONS_ERR_REDIS_RESULT_TOO_LARGE');
          const message = await complete().then(String, messageOf);
          assert.match(message, `${2 * LARGE.byteLength} bytes`);
          assert.match(message, `maxmemory ${LIMIT_BYTES} bytes and needs more than 11010048 bytes`);
          assert.is(await codeOf(store.complete(large, LARGE)), 'PONS_ERR_REDIS_NO_ROOM');
          assert.is(await store.complete(fitting, LARGE.subarray(0, 600_000)), 'done');
          server.command('CONFIG', 'SET', 'maxmemory', '0');
          await until(() => complete().catch(() => null));
        },
        { patienceMs: 0 },
      );
    },
    { maxmemory: String(LIMIT_BYTES) },
  );
});

test('what can never fit is not refused for good by an old look at the limit while results are held back', async () => {
  const address = parseRedisUrl('redis://127.0.0.1');
  let [limit, now] = [1_000_000, 100_000];
  const run = () => Promise.resolve(Buffer.from(`used_memory:1000\r\nmaxmemory:${limit}\r\n`));
  const room = new ResultRoom({ address, run }, { patienceMs: 0, now: () => now });
  const full = KnownError.of('PONS_ERR_REDIS_FULL', { address: address.shown });
  assert.is(await codeOf(room.pass(100_000, () => Promise.reject(full))), 'PONS_ERR_REDIS_NO_ROOM');
  limit = 0;
  now += 501;
  assert.is(await room.pass(4_000_000, () => Promise.resolve('sent')), 'sent');
});

test('a limit of Redis is not believed before it has stayed as it is', async () => {
  const address = parseRedisUrl('redis://127.0.0.1');
  let [limit, now] = [1_000_000, 0];
  const run = () => Promise.resolve(Buffer.from(`used_memory:1000\r\nmaxmemory:${limit}\r\n`));
  const room = new ResultRoom({ address, run }, { patienceMs: 60_000, now: () => now });
  const code = (): Promise<unknown> => codeOf(room.pass(4_000_000, () => Promise.resolve('sent')));
  assert.is(await code(), 'PONS_ERR_REDIS_NO_ROOM');
  now += 59_999;
  assert.is(await code(), 'PONS_ERR_REDIS_NO_ROOM');
  limit = 2_000_000;
  now += 1000;
  assert.is(await code(), 'PONS_ERR_REDIS_NO_ROOM', 'somebody is changing it');
  now += 60_000;
  assert.is(await code(), 'PONS_ERR_REDIS_RESULT_TOO_LARGE');
  assert.is(await code(), 'PONS_ERR_REDIS_RESULT_TOO_LARGE', 'the next one need not wait');
  limit = 10_000_000;
  now += 1000;
  assert.is(await room.pass(4_000_000, () => Promise.resolve('sent')), 'sent');
});

test('a result that waits for room is given up when its workload is cancelled', async () => {
  await withRedis(
    async (server) => {
      await withStoreIn(server, async (store) => {
        const lease = await leased(store, 'large');
        assert.is(await codeOf(store.complete(lease, LARGE)), 'PONS_ERR_REDIS_NO_ROOM');
        await store.cancel('api', 'large');
        assert.is(await store.complete(lease, LARGE), 'refused');
      });
    },
    { maxmemory: String(LIMIT_BYTES) },
  );
});

test('of large results that come together only as many are sent as there is room for', async () => {
  await withRedis(
    async (server) => {
      await withStoreIn(server, async (store) => {
        const leases = [];
        for (const id of ['a', 'b', 'c', 'd']) leases.push(await leased(store, id));
        const outcomes = await Promise.allSettled(leases.map((lease) => store.complete(lease, LARGE)));
        assert.is(outcomes.filter(({ status }) => status === 'fulfilled').length, 2);
        assert.is(server.command('KEYS', 'pons:{api}:b:*').split('\n').length, 2);
        assert.not.match(server.command('INFO', 'errorstats'), 'OOM', 'nothing was sent in vain');
      });
    },
    { maxmemory: String(LIMIT_BYTES + 2 * LARGE.byteLength) },
  );
});

test('what finds no room where Redis says of no limit holds results of its size back for a while, and no smaller ones', async () => {
  const address = parseRedisUrl('redis://127.0.0.1');
  const full = KnownError.of('PONS_ERR_REDIS_FULL', { address: address.shown });
  const room = new ResultRoom({ address, run: () => Promise.resolve(Buffer.from('used_memory:1000\r\n')) });
  let sent = 0;
  const send = (): Promise<string> => (++sent === 1 ? Promise.reject(full) : Promise.resolve('sent'));
  assert.is(await codeOf(room.pass(1_000_000, send)), 'PONS_ERR_REDIS_NO_ROOM');
  assert.is(await codeOf(room.pass(1_000_000, send)), 'PONS_ERR_REDIS_NO_ROOM');
  assert.is(sent, 1);
  assert.is(await room.pass(300_000, send), 'sent');
  assert.is(await room.pass(1_000_000, send), 'sent');
});

test.run();
