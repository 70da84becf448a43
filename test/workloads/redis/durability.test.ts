import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { RedisNotice } from '../../../runtime/workloads/redis/open.ts';
import type { RedisStore } from '../../../runtime/workloads/redis/store.ts';
import type { RedisServer } from '../../support/redis/server.ts';
import { until } from '../../support/redis/until.ts';
import { withRedis } from '../../support/redis/with-redis.ts';
import { withStoreIn } from './with-store.ts';

const HOUR_MS = 3_600_000;

interface Watched {
  readonly server: RedisServer;
  readonly store: RedisStore;
  /** What has been said, in the order in which it was. */
  readonly said: readonly string[];
  /** Waits until the settings were looked at several times from now on. */
  readonly lookedAgain: () => Promise<void>;
}

async function watched(
  act: (watched: Watched) => Promise<void>,
  { checkMs = 0, settings = {} }: { readonly checkMs?: number; readonly settings?: Record<string, string> } = {},
): Promise<void> {
  await withRedis(async (server) => {
    const said: string[] = [];
    const onNotice = (notice: RedisNotice): void => {
      const error = 'error' in notice ? `${notice.error.code} ` : '';
      said.push(`${notice.kind} ${error}${notice.kind === 'warning' ? notice.text : ''}`.trim());
    };
    let own = 0;
    const looks = (): number => {
      const calls = Number(/cmdstat_info:calls=(\d+)/.exec(server.command('INFO', 'commandstats'))?.[1] ?? 0);
      const others = calls - own;
      own += 1;
      return others;
    };
    const lookedAgain = async (): Promise<void> => {
      const before = looks();
      await until(() => Promise.resolve(looks() > before + 2 ? true : null));
    };
    await withStoreIn(server, (store) => act({ server, store, said, lookedAgain }), { checkMs, onNotice });
  }, settings);
}

const refused = (store: RedisStore, code: string | null): Promise<true> =>
  until(async () => (((await store.refusal())?.code ?? null) === code ? true : null));

test('a Redis that is told to keep no append-only file is an error, said once, and none is ready until it keeps one again', async () => {
  await watched(async ({ server, store, said, lookedAgain }) => {
    assert.is(await store.refusal(), null);
    server.command('CONFIG', 'SET', 'appendonly', 'no');
    await refused(store, 'PONS_ERR_REDIS_NOT_DURABLE');
    await lookedAgain();
    assert.equal(said, ['unsafe PONS_ERR_REDIS_NOT_DURABLE']);
    server.command('CONFIG', 'SET', 'appendonly', 'yes');
    await refused(store, null);
    assert.equal(said, ['unsafe PONS_ERR_REDIS_NOT_DURABLE', 'safe']);
  });
});

test('a Redis that is started anew with other settings is looked at when it is connected to', async () => {
  await watched(
    async ({ server, store, said }) => {
      await server.kill();
      await server.start({ appendonly: 'no' });
      await refused(store, 'PONS_ERR_REDIS_NOT_DURABLE');
      assert.ok(said.includes('unsafe PONS_ERR_REDIS_NOT_DURABLE'));
    },
    { checkMs: HOUR_MS },
  );
});

test('a Redis that is told to delete what it has, or to write later, is warned of once, and is served from', async () => {
  await watched(async ({ server, store, said, lookedAgain }) => {
    server.command('CONFIG', 'SET', 'maxmemory-policy', 'allkeys-lru');
    await until(() => Promise.resolve(said.length > 0 ? true : null));
    server.command('CONFIG', 'SET', 'appendfsync', 'everysec');
    await until(() => Promise.resolve(said.length > 1 ? true : null));
    await lookedAgain();
    server.command('CONFIG', 'SET', 'maxmemory', '1gb');
    await until(() => Promise.resolve(said.length > 2 ? true : null));
    server.command('CONFIG', 'SET', 'maxmemory-policy', 'noeviction');
    await until(() => Promise.resolve(said.length > 3 ? true : null));
    assert.match(said[0] ?? '', /^warning .*maxmemory-policy allkeys-lru/);
    assert.match(said[1] ?? '', /^warning .*appendfsync is everysec/);
    assert.equal(said.slice(2), ['unsafe PONS_ERR_REDIS_EVICTION', 'safe']);
    assert.is(await store.refusal(), null);
  });
});

test('what was warned of at the start is not said again', async () => {
  await watched(
    async ({ said, lookedAgain }) => {
      await lookedAgain();
      assert.is(said.length, 1);
    },
    { settings: { appendfsync: 'everysec' } },
  );
});

test.run();
