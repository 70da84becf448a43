import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { QuietRedis } from '../../runtime/supervisor/quiet-redis.ts';
import { withRedis } from '../support/redis/with-redis.ts';
import { codeOf, submitText } from '../workloads/samples.ts';
import { withStoreIn } from '../workloads/redis/with-store.ts';

const { signal } = new AbortController();

test('a Redis that is emptied while it is exported from is told as emptied, not as served', async () => {
  await withRedis(async (server) => {
    await withStoreIn(server, (store) => submitText(store, 'api', 'one').then(() => undefined), { apis: ['api'] });
    await withStoreIn(
      server,
      async (_store, presence) => {
        const quiet = await QuietRedis.find(presence, server.url, ['api'], signal);
        await quiet.confirm();
        server.command('FLUSHALL');
        assert.is(await codeOf(quiet.confirm()), 'PONS_ERR_MOVE_EMPTIED');
      },
      { apis: ['api'], looksOnly: true },
    );
  });
});

test.run();
