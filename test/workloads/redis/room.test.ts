import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { RedisNotice } from '../../../runtime/workloads/redis/open.ts';
import type { RedisStore } from '../../../runtime/workloads/redis/store.ts';
import { until } from '../../support/redis/until.ts';
import { withRedis } from '../../support/redis/with-redis.ts';
import { submitText } from '../samples.ts';
import { withStoreIn } from './with-store.ts';

/** Waits until the store shows that everything new would be refused so; null: that it would be taken. */
async function untilShown(store: RedisStore, code: string | null): Promise<void> {
  await until(async () => (((await store.refusal())?.code ?? null) === code ? true : null));
}

test('a Redis without room for anything new is shown and said before anybody asks it for something', async () => {
  await withRedis(async (server) => {
    const notices: RedisNotice[] = [];
    await withStoreIn(
      server,
      async (store) => {
        await untilShown(store, null);
        server.command('CONFIG', 'SET', 'maxmemory', '1');
        await untilShown(store, 'PONS_ERR_REDIS_FULL');
        assert.equal(
          notices.map((notice) => (notice.kind === 'away' ? notice.error.code : notice.kind)),
          ['PONS_ERR_REDIS_FULL'],
        );
        server.command('CONFIG', 'SET', 'maxmemory', '0');
        await untilShown(store, null);
        assert.equal(
          notices.map(({ kind }) => kind),
          ['away', 'back'],
        );
        await submitText(store, 'iris', 'one');
      },
      { onNotice: (notice) => notices.push(notice) },
    );
  });
});

test('a Redis that has become a replica is shown before anybody asks it for something', async () => {
  await withRedis(async (server) => {
    await withStoreIn(server, async (store) => {
      server.command('REPLICAOF', '127.0.0.1', '1');
      await untilShown(store, 'PONS_ERR_REDIS_READONLY');
      server.command('REPLICAOF', 'NO', 'ONE');
      await untilShown(store, null);
    });
  });
});

test('looking for room leaves nothing in Redis', async () => {
  await withRedis(async (server) => {
    await withStoreIn(server, async (store) => {
      await untilShown(store, null);
      assert.is(server.command('EXISTS', 'pons:room'), '0');
    });
  });
});

test.run();
