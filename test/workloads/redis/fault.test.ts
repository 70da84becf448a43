import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { KnownError } from '../../../runtime/errors/known-error.ts';
import { parseRedisUrl } from '../../../runtime/workloads/redis/address.ts';
import { reasonOf } from '../../../runtime/workloads/redis/fault.ts';
import type { RedisNotice } from '../../../runtime/workloads/redis/open.ts';
import type { RedisStore } from '../../../runtime/workloads/redis/store.ts';
import type { RedisServer } from '../../support/redis/server.ts';
import { until } from '../../support/redis/until.ts';
import { withRedis } from '../../support/redis/with-redis.ts';
import { codeOf, messageOf, submitText } from '../samples.ts';
import { noStoreIn, withStoreIn } from './with-store.ts';

const submitted = (store: RedisStore): Promise<void> => submitText(store, 'iris', 'one').then(() => undefined);

test('what Redis says of a command within a function is told without the place in the function', async () => {
  await withRedis(async (server) => {
    await withStoreIn(server, async (store) => {
      server.command('CONFIG', 'SET', 'min-replicas-to-write', '1');
      assert.is(await codeOf(submitted(store)), 'PONS_ERR_REDIS_REFUSED');
      assert.match(await messageOf(submitted(store)), /commands: NOREPLICAS Not enough good replicas to write\.$/);
    });
  });
});

test('of a command that is not known its arguments are not told', () => {
  const address = parseRedisUrl('redis://127.0.0.1');
  const error = new Error("ERR unknown command 'HELLO', with args beginning with: '3' 'AUTH' 'pons' 's3cret' ");
  assert.is(reasonOf(error, address), "ERR unknown command 'HELLO'");
});

test('a password that is set while Pons serves is told as that, whatever is asked for', async () => {
  await withRedis(async (server) => {
    await withStoreIn(server, async (store) => {
      server.command('CONFIG', 'SET', 'requirepass', 'new');
      server.command('-a', 'new', '--no-auth-warning', 'CLIENT', 'KILL', 'TYPE', 'normal');
      // Until it has connected anew it is told that the connection has ended.
      await until(async () => ((await codeOf(submitted(store))) === 'PONS_ERR_REDIS_UNREACHABLE' ? null : true));
      // It has more arguments than Redis reads of somebody who has not said who he is.
      for (let times = 0; times < 20; times += 1) {
        assert.is(await codeOf(submitted(store)), 'PONS_ERR_REDIS_AUTH');
      }
      assert.match(await messageOf(submitted(store)), 'NOAUTH');
      server.command('-a', 'new', '--no-auth-warning', 'CONFIG', 'SET', 'requirepass', '');
      await until(() =>
        submitted(store).then(
          () => true,
          () => null,
        ),
      );
    });
  });
});

test('an API whose data somebody else has overwritten is not ready, which is said once, and others are', async () => {
  await withRedis(async (server) => {
    const said: RedisNotice[] = [];
    const onNotice = (notice: RedisNotice): unknown => said.push(notice);
    await withStoreIn(
      server,
      async (store) => {
        server.command('SET', 'pons:{iris}:meta', 'x');
        assert.is(await codeOf(submitted(store)), 'PONS_ERR_REDIS_WRONG_TYPE');
        const refusal = await until(() => store.refusal('iris'));
        assert.is(refusal.code, 'PONS_ERR_REDIS_WRONG_TYPE');
        assert.is(await store.refusal(), null);
        assert.is(await store.refusal('other'), null);
        assert.is(await submitText(store, 'other', 'one'), 'stored');
        server.command('DEL', 'pons:{iris}:meta');
        await until(async () => ((await store.refusal('iris')) === null ? true : null));
        await submitted(store);
        const warnings = said.flatMap((notice) => (notice.kind === 'warning' ? [notice.text] : []));
        assert.is(warnings.length, 1);
        assert.match(warnings[0] ?? '', /^iris cannot be served/);
      },
      { apis: ['iris', 'other'], onNotice },
    );
  });
});

/** What a start for some APIs ends in, and what it warned of before. */
async function failedStart(
  server: RedisServer,
  apis: readonly string[],
): Promise<{ error: KnownError; warned: string[] }> {
  const warned: string[] = [];
  const onNotice = (notice: RedisNotice): void => {
    if (notice.kind === 'warning') warned.push(notice.text);
  };
  const error = await noStoreIn(server.url, apis, { onNotice }).then(
    () => null,
    (reason: unknown) => reason,
  );
  assert.instance(error, KnownError);
  return { error: error as KnownError, warned };
}

test('a start that ends by the data of an API says which, once, and warns of others that are no better', async () => {
  await withRedis(async (server) => {
    for (const key of ['leases', 'meta']) {
      server.command('FLUSHALL');
      server.command('SET', `pons:{iris}:${key}`, 'x');
      const { error, warned } = await failedStart(server, ['good', 'iris']);
      assert.is(error.code, 'PONS_ERR_REDIS_WRONG_TYPE');
      assert.match(error.message, 'a key that begins with pons:{iris}: is not as Pons writes it: WRONGTYPE');
      assert.equal(warned, []);

      server.command('SET', `pons:{other}:${key}`, 'x');
      const both = await failedStart(server, ['iris', 'good', 'other']);
      assert.match(both.error.message, 'pons:{iris}:');
      assert.is(both.warned.length, 1);
      assert.match(both.warned[0] ?? '', /^other cannot be served: .*pons:\{other\}:/);
    }
    server.command('FLUSHALL');
    server.command('HSET', 'pons:{iris}:meta', 'format', '1', 'swept', 'never');
    const { error } = await failedStart(server, ['good', 'iris']);
    assert.is(error.code, 'PONS_ERR_REDIS_NOT_USABLE');
    assert.match(error.message, /^Pons cannot start: iris cannot be served: .* refuses commands: ERR /);
  });
});

test.run();
