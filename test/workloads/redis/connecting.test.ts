import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { isKnownError } from '../../../runtime/errors/known-error.ts';
import type { RedisNotice } from '../../../runtime/workloads/redis/open.ts';
import { loadQuickly, loadSlowly } from '../../support/redis/slow-load.ts';
import { until } from '../../support/redis/until.ts';
import { withRedis } from '../../support/redis/with-redis.ts';
import { codeOf, messageOf } from '../samples.ts';
import { withProxy } from './with-proxy.ts';
import { noStoreIn, withStoreIn } from './with-store.ts';

test('a Redis that is not there at a start is said with its address, what was tried and for how long', async () => {
  await withRedis(async (server) => {
    await server.kill();
    const url = `redis://default:s3cret@127.0.0.1:${server.port}/1`;
    const begunAt = performance.now();
    const error: unknown = await noStoreIn(url, [], { startMs: 1500 }).catch((reason: unknown) => reason);
    assert.ok(performance.now() - begunAt > 1500, 'it is tried for a while');
    if (!isKnownError(error)) throw new Error('it was expected to be refused');
    assert.is(error.code, 'PONS_ERR_REDIS_NOT_REACHED');
    assert.match(error.message, `redis://127.0.0.1:${server.port}/1`);
    assert.match(error.message, /tried for [1-9]\d* s.*ECONNREFUSED/);
    assert.match(error.fix, /firewall.*rediss:.*password/);
    assert.not.match(error.message + error.fix, /request|s3cret/);
  });
});

test('a Redis that is started together with Pons is waited for', async () => {
  await withRedis(async (server) => {
    await server.kill();
    const opened = withStoreIn(server, () => Promise.resolve(), { startMs: 60_000 });
    await server.start();
    await opened;
  });
});

test('a Redis that loads its data is waited for, and said to be loading where that takes too long', async () => {
  await withProxy(async (proxy, url, server) => {
    await loadSlowly(server);
    assert.is(await codeOf(noStoreIn(server.url, [], { startMs: 0 })), 'PONS_ERR_REDIS_LOADING');
    assert.match(await messageOf(noStoreIn(server.url, [], { startMs: 0 })), 'is loading its data');
    const opened = withStoreIn(server, () => Promise.resolve(), { url, startMs: 30_000 });
    // By the second of them it has been told once that Redis is loading.
    await until(() => Promise.resolve(proxy.taken > 1 ? true : null));
    loadQuickly(server);
    await opened;
  });
});

test('a start that is no longer wanted does not wait for Redis', async () => {
  await withRedis(async (server) => {
    await server.kill();
    const stop = new AbortController();
    const opened = withStoreIn(server, () => Promise.resolve(), { stop: stop.signal, startMs: 3_600_000 });
    stop.abort(new Error('not wanted'));
    assert.is(await messageOf(opened), 'not wanted');
  });
});

test('a server that takes connections and answers nothing is not one that answers', async () => {
  await withProxy(async (proxy, url, server) => {
    proxy.mute();
    assert.is(await codeOf(noStoreIn(url, [], { startMs: 0 })), 'PONS_ERR_REDIS_NOT_REACHED');
    proxy.heal();
    const notices: RedisNotice[] = [];
    await withStoreIn(
      server,
      async (store) => {
        proxy.mute();
        await until(() => Promise.resolve(notices.length > 0 ? true : null));
        const before = proxy.taken;
        // By the second of them it has been looked at again since the first.
        await until(() => Promise.resolve(proxy.taken > before + 1 ? true : null));
        assert.equal(
          notices.map(({ kind }) => kind),
          ['away'],
        );
        assert.is((await store.refusal())?.code, 'PONS_ERR_REDIS_UNREACHABLE');
        proxy.heal();
        await until(() => Promise.resolve(notices.length > 1 ? true : null));
        assert.is(notices[1]?.kind, 'back');
      },
      { url, onNotice: (notice) => notices.push(notice) },
    );
  });
});

test.run();
