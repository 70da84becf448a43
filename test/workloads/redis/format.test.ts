import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { RedisNotice } from '../../../runtime/workloads/redis/open.ts';
import type { RedisServer } from '../../support/redis/server.ts';
import { until } from '../../support/redis/until.ts';
import { withRedis } from '../../support/redis/with-redis.ts';
import { codeOf, leaseOne, messageOf, submitText } from '../samples.ts';
import { noStoreIn, withStoreIn } from './with-store.ts';

const META = 'pons:{iris}:meta';

/** Everything that is in a Redis, in a form that can be compared. */
function everythingIn(server: RedisServer): unknown {
  const keys = server.command('--scan').split('\n').sort();
  return keys.map((key) => {
    const type = server.command('TYPE', key);
    return [
      key,
      type === 'hash' ? server.command('HGETALL', key) : server.command('ZRANGE', key, '0', '-1', 'WITHSCORES'),
    ];
  });
}

/** What other versions may have left, and how that is told. */
for (const [format, says] of [
  ['2', 'have format 2; this version of Pons reads 1'],
  ['0', 'have format 0;'],
  ['next', 'have format next;'],
] as const) {
  test(`data of format ${format} is refused at the start, and nothing of it is touched`, async () => {
    await withRedis(async (server) => {
      await withStoreIn(server, (store) => submitText(store, 'iris', 'one').then(() => undefined), { apis: ['iris'] });
      assert.is(server.command('HGET', META, 'format'), '1');
      server.command('HSET', META, 'format', format);
      const before = everythingIn(server);
      assert.is(await codeOf(noStoreIn(server.url, ['text', 'iris'])), 'PONS_ERR_REDIS_FORMAT');
      assert.match(await messageOf(noStoreIn(server.url, ['iris'])), says);
      assert.equal(everythingIn(server), before);
      await withStoreIn(server, () => Promise.resolve(), { apis: ['text'] });
    });
  });
}

test('each record says in which format it is', async () => {
  await withRedis(async (server) => {
    await withStoreIn(server, (store) => submitText(store, 'iris', 'one').then(() => undefined));
    assert.is(server.command('HGET', 'pons:{iris}:w:one', 'v'), '1');
  });
});

test('what a later version has added to records of the same format is left where it is', async () => {
  await withRedis(async (server) => {
    await withStoreIn(server, async (store) => {
      await submitText(store, 'iris', 'one');
      server.command('HSET', 'pons:{iris}:w:one', 'added', 'later');
      server.command('HSET', META, 'added', 'later');
      await store.giveBack(await leaseOne(store, 'iris'), { kind: 'process_died', reason: 'killed' });
      assert.is(await store.complete(await leaseOne(store, 'iris'), Buffer.from('{}')), 'done');
    });
    assert.is(server.command('HGET', 'pons:{iris}:w:one', 'added'), 'later');
    assert.is(server.command('HGET', META, 'added'), 'later');
  });
});

test('a process under whose hands the data gets a later format stops, and touches nothing of it any more', async () => {
  await withRedis(async (server) => {
    const notices: RedisNotice[] = [];
    const options = { apis: ['iris'], onNotice: (notice: RedisNotice) => notices.push(notice) };
    let before: unknown = null;
    await withStoreIn(
      server,
      async (store) => {
        await submitText(store, 'iris', 'one');
        const lease = await leaseOne(store, 'iris');
        server.command('HSET', META, 'format', '2');
        await until(() => Promise.resolve(notices.some(({ kind }) => kind === 'lost') ? true : null));
        before = everythingIn(server);
        assert.is(await codeOf(store.complete(lease, Buffer.from('{}'))), 'PONS_ERR_REDIS_FORMAT');
        assert.is(await codeOf(submitText(store, 'iris', 'two')), 'PONS_ERR_REDIS_FORMAT');
        assert.is((await store.refusal())?.code, 'PONS_ERR_REDIS_FORMAT');
      },
      options,
    );
    assert.equal(everythingIn(server), before, 'also when it is closed');
    assert.is(notices.length, 1);
  });
});

test.run();
