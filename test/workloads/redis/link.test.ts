import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { parseRedisUrl } from '../../../runtime/workloads/redis/address.ts';
import { RedisLink } from '../../../runtime/workloads/redis/link.ts';
import { until } from '../../support/redis/until.ts';
import { withRedis } from '../../support/redis/with-redis.ts';
import { messageOf } from '../samples.ts';
import { withProxy } from './with-proxy.ts';

test('a connection on which a transfer is late is kept, and how long it was waited for is said', async () => {
  await withProxy(async (proxy, url, server) => {
    const link = await RedisLink.open(parseRedisUrl(url), 0, new AbortController().signal);
    try {
      server.freeze();
      assert.match(await messageOf(link.transfer('PING')), /nothing for 3 s/);
      assert.match(await messageOf(link.run('PING')), /nothing for 3 s/);
      server.thaw();
      await until(() => link.run('PING').catch(() => null));
      assert.is(proxy.taken, 1);
      server.freeze();
      assert.match(await messageOf(link.run('PING')), /nothing for 1.2 s/);
    } finally {
      server.thaw();
      await link.close();
    }
  });
});

test('an answer that came while this process stood still itself is heard', async () => {
  await withRedis(async ({ url }) => {
    const link = await RedisLink.open(parseRedisUrl(url), 0, new AbortController().signal);
    try {
      const answers = Promise.all([link.run('PING'), link.transfer('PING')]);
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 4000);
      assert.equal(await answers, ['PONG', 'PONG']);
    } finally {
      await link.close();
    }
  });
});

test.run();
