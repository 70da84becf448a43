import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { QuietRedis } from '../../runtime/supervisor/quiet-redis.ts';
import { withRedis } from '../support/redis/with-redis.ts';
import { codeOf, messageOf, submitText } from '../workloads/samples.ts';
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

test('somebody who serves is told of also where what its hosts said cannot be read', async () => {
  await withRedis(async (server) => {
    const apis = ['broken', 'whole'];
    await withStoreIn(
      server,
      async (store, presence) => {
        await submitText(store, 'whole', 'one');
        const announce = (): Promise<void> => presence.announce('whole', 'its-host', '{}');
        await announce();
        server.command('SET', 'pons:{broken}:hosts', 'x');
        // What a host says is forgotten if it does not say it again, as hosts do.
        const says = setInterval(() => void announce(), 500);
        try {
          const looks = QuietRedis.find(presence, server.url, apis, signal);
          assert.is(await codeOf(looks), 'PONS_ERR_MOVE_SERVED');
          assert.match(await messageOf(looks), 'serves broken, whole from');
          assert.match(await messageOf(looks), 'predictors: its-host;');
        } finally {
          clearInterval(says);
        }
      },
      { apis },
    );
  });
});

test.run();
