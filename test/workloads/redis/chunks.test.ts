import { text } from 'node:stream/consumers';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { withRedis } from '../../support/redis/with-redis.ts';
import { codeOf, leaseOne, patterned, submitBytes } from '../samples.ts';
import { withStoreIn } from './with-store.ts';

const SIZE = 600_000;

for (const [at, what] of [
  ['0', 'first'],
  ['2', 'last'],
] as const) {
  test(`a large body whose ${what} part is not as long as it was is told as damaged, wherever it is read`, async () => {
    await withRedis(async (server) => {
      await withStoreIn(server, async (store) => {
        await submitBytes(store, 'api', 'one', patterned(SIZE));
        const key = server.command('HGET', 'pons:{api}:w:one', 'chunks').trim();
        server.command('HSET', key, at, 'short');
        const { payload } = await leaseOne(store, 'api');
        assert.is(await codeOf(store.read(payload)), 'PONS_ERR_WORKLOAD_BODY_DAMAGED');
        const opened = store.open(payload).then(({ stream }) => text(stream));
        assert.is(await codeOf(opened), 'PONS_ERR_WORKLOAD_BODY_DAMAGED');
      });
    });
  });
}

test.run();
