import { readFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { until } from '../../support/redis/until.ts';
import { withRedis } from '../../support/redis/with-redis.ts';
import { submitText } from '../samples.ts';
import { withStoreIn } from './with-store.ts';

const page = readFileSync(new URL('../../../docs/operations.md', import.meta.url), 'utf8');

test('a process opens one connection, and for each API one more, or two where it runs predictors', async () => {
  await withRedis(async (server) => {
    // One of them asks.
    const connections = (): number => server.command('CLIENT', 'LIST').split('\n').length - 1;
    const untilOpen = (count: number) => until(() => Promise.resolve(connections() === count ? true : null));
    await withStoreIn(server, async (gateway) => {
      for (const api of ['iris', 'text']) await submitText(gateway, api, 'one');
      await untilOpen(3);
      await withStoreIn(server, async (host) => {
        for (const api of ['iris', 'text']) host.onQueued(api, () => undefined);
        await untilOpen(3 + 5);
      });
    });
  });
});

test('what the page of operations names of INFO is there', async () => {
  await withRedis((server) => {
    const named = /Of Redis itself, watch in its `INFO`:([^]*?)\n\n/.exec(page)?.[1] ?? '';
    const fields = [...named.matchAll(/`(\w+)`/g)].map(([, field = '']) => field);
    const info = server.command('INFO', 'everything');
    const values = ['ok', 'master'];
    for (const field of fields.filter((one) => !values.includes(one)))
      assert.match(info, new RegExp(`^${field}:`, 'm'));
    assert.ok(fields.length > 6);
    return Promise.resolve();
  });
});

test.run();
