import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { RedisStore } from '../../../runtime/workloads/redis/store.ts';
import { startProxy } from '../../support/redis/proxy.ts';
import type { RedisServer } from '../../support/redis/server.ts';
import { until } from '../../support/redis/until.ts';
import { withRedis } from '../../support/redis/with-redis.ts';
import { codeOf, leaseOne, leaseUpTo, submitText } from '../samples.ts';
import { noStoreIn, withStoreIn } from './with-store.ts';

const WAITING = 'pons:calls:{iris}:waiting';

/** A gateway and two hosts on one Redis. The hosts are told by calls only. */
async function withHosts(
  act: (gateway: RedisStore, hosts: readonly [RedisStore, RedisStore], server: RedisServer) => Promise<void>,
): Promise<void> {
  const neverLooks = { pollMs: 3_600_000 };
  await withRedis(async (server) => {
    await withStoreIn(server, (gateway) =>
      withStoreIn(
        server,
        (one) => withStoreIn(server, (two) => act(gateway, [one, two], server), neverLooks),
        neverLooks,
      ),
    );
  });
}

/** Lets a host wait for calls as its pool would; `heard` are the calls that it has heard. */
async function waitForCalls(host: RedisStore): Promise<{ heard: number }> {
  const calls = { heard: 0 };
  host.onQueued('iris', () => (calls.heard += 1));
  await leaseUpTo(host, 'iris', 1);
  return calls;
}

/** Waits until so many clients of bee-queue wait for a call. */
async function untilWaiting(server: RedisServer, count: number): Promise<void> {
  await until(() => {
    const blocked = /blocked_clients:(\d+)/.exec(server.command('INFO', 'clients'))?.[1];
    return Promise.resolve(Number(blocked) === count ? true : null);
  });
}

test('a submission calls one host that has its hands free, and the next one another', async () => {
  await withHosts(async (gateway, [one, two], server) => {
    const calls = [await waitForCalls(one), await waitForCalls(two)];
    await untilWaiting(server, 2);
    const heard = (): number[] => calls.map((call) => call.heard).sort();
    await submitText(gateway, 'iris', 'first');
    await until(() => Promise.resolve(heard()[1] === 1 ? true : null));
    assert.equal(heard(), [0, 1]);
    // Whoever came is busy until he leases again.
    await untilWaiting(server, 1);
    await submitText(gateway, 'iris', 'second');
    await until(() => Promise.resolve(heard()[0] === 1 ? true : null));
    assert.equal(heard(), [1, 1]);
  });
});

test('whoever leased all that he asked for, and the last of it, is told to ask again when some of it has ended: nobody would call him', async () => {
  await withHosts(async (gateway, [host], server) => {
    const calls = await waitForCalls(host);
    await untilWaiting(server, 1);
    await submitText(gateway, 'iris', 'one');
    await until(() => Promise.resolve(calls.heard === 1 ? true : null));
    assert.is(await host.complete(await leaseOne(host, 'iris'), Buffer.from('1')), 'done');
    assert.is(calls.heard, 2);
    assert.equal(await leaseUpTo(host, 'iris', 1), []);
    await untilWaiting(server, 1);
  });
});

test('calls go on after Redis was killed, and after it has forgotten its scripts', async () => {
  await withHosts(async (gateway, [one, two], server) => {
    for (const fault of ['none', 'SCRIPT FLUSH', 'killed'] as const) {
      if (fault === 'SCRIPT FLUSH') server.command('SCRIPT', 'FLUSH');
      if (fault === 'killed') {
        await server.kill();
        await server.start();
      }
      const call = await until(() => waitForCalls(one).catch(() => null));
      await until(async () => {
        await submitText(gateway, 'iris', `${fault}-${performance.now()}`).catch(() => null);
        return call.heard > 0 ? true : null;
      });
      await leaseUpTo(two, 'iris', 1000);
      await until(async () => ((await leaseUpTo(one, 'iris', 1000)).length === 0 ? true : null));
    }
  });
});

test('calls go on after the connections of host and gateway have swallowed everything', async () => {
  await withRedis(async (server) => {
    const proxy = await startProxy(server.port);
    const options = { url: `redis://127.0.0.1:${proxy.port}`, pollMs: 3_600_000 };
    try {
      await withStoreIn(
        server,
        (gateway) =>
          withStoreIn(
            server,
            async (host) => {
              await waitForCalls(host);
              await untilWaiting(server, 1);
              proxy.swallow();
              const call = await until(() => waitForCalls(host).catch(() => null));
              const before = call.heard;
              await until(async () => {
                await submitText(gateway, 'iris', String(performance.now())).catch(() => null);
                return call.heard > before ? true : null;
              });
            },
            options,
          ),
        options,
      );
    } finally {
      await proxy.close();
    }
  });
});

test('calls do not pile up where nobody can come', async () => {
  await withHosts(async (gateway, _hosts, server) => {
    for (let at = 0; at < 200; at += 1) await submitText(gateway, 'iris', String(at));
    assert.ok(Number(server.command('LLEN', WAITING)) <= 1);
  });
});

test('a call that waits is enough, however long nobody takes it', async () => {
  await withHosts(async (gateway, _hosts, server) => {
    for (let at = 0; at < 30; at += 1) {
      await submitText(gateway, 'iris', String(at));
      // From then on it would be taken for lost.
      await until(() => Promise.resolve(server.command('LLEN', WAITING) === '0' ? null : true));
      server.command('HSET', 'pons:{iris}:meta', 'called', '0');
    }
    assert.is(server.command('LLEN', WAITING), '1');
  });
});

test('a start that fails leaves nobody behind who calls', async () => {
  await withRedis(async (server) => {
    await withStoreIn(server, async (gateway) => {
      await submitText(gateway, 'iris', 'one');
      await leaseUpTo(gateway, 'iris', 1);
    });
    // The first API has a lapsed lease, for which somebody is called; the second one is refused.
    server.command('ZADD', 'pons:{iris}:leases', '1', 'one');
    server.command('HDEL', 'pons:{iris}:meta', 'swept');
    server.command('HSET', 'pons:{text}:meta', 'epoch', 'x', 'format', '2');
    assert.is(await codeOf(noStoreIn(server.url, ['iris', 'text'])), 'PONS_ERR_REDIS_FORMAT');
    assert.is(server.command('ZCARD', 'pons:{iris}:queue'), '1');
    await withStoreIn(server, async (gateway) => {
      await submitText(gateway, 'iris', 'two');
      await until(() => Promise.resolve(server.command('LLEN', WAITING) === '1' ? true : null));
    });
    await until(() => Promise.resolve(server.command('CLIENT', 'LIST').split('\n').length === 1 ? true : null));
  });
});

test.run();
