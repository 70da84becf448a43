import { setImmediate } from 'node:timers/promises';
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

test('what Redis has answered while this process stood still is taken, and the connection kept', async () => {
  await withRedis(async (server) => {
    const link = await RedisLink.open(parseRedisUrl(server.url), 0, new AbortController().signal);
    try {
      const answer = link.run('BLPOP', 'nothing', '1');
      // It is on its way then.
      for (let turn = 0; turn < 3; turn += 1) await setImmediate();
      // Past the time of a command, and past the silence after which a connection is given up.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 4000);
      assert.is(await answer, null);
      assert.is(link.refusal, null);
      assert.is(link.connections, 1);
    } finally {
      await link.close();
    }
  });
});

test.run();
