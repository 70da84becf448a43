import { once } from 'node:events';
import { connect } from 'node:net';
import { test } from 'uvu';
import { oneApi, predicting } from '../support/project.ts';
import { ask, Cast } from '../support/redis/cast.ts';
import { startProxy, type RedisProxy } from '../support/redis/proxy.ts';
import type { RedisServer } from '../support/redis/server.ts';
import { BACK_MS, Submitter } from '../support/redis/submitter.ts';
import { until } from '../support/redis/until.ts';
import { withRedis } from '../support/redis/with-redis.ts';

const files = { 'cortex.yaml': oneApi(), 'predictor.py': predicting('import time\ntime.sleep(0.002)\nreturn payload') };

/** What a fault is done to, and how to wait until it is felt: submissions are refused, and the process says that it is not ready. */
interface Victim {
  readonly server: RedisServer;
  readonly proxy: RedisProxy;
  readonly isFelt: () => Promise<void>;
  /** Waits until nothing runs and nothing waits. */
  readonly isIdle: () => Promise<void>;
}

const faults: Record<string, (victim: Victim) => Promise<void>> = {
  'is killed and started again': async ({ server, isFelt }) => {
    await server.kill();
    await isFelt();
    await server.start();
  },
  'forgets its scripts': ({ server }) => {
    server.command('SCRIPT', 'FLUSH');
    return Promise.resolve();
  },
  'is cut off without a word': async ({ proxy, isFelt }) => {
    proxy.mute();
    await isFelt();
    proxy.heal();
  },
  'has its memory full': async ({ server, isFelt, isIdle }) => {
    server.command('CONFIG', 'SET', 'maxmemory', '1');
    await isFelt();
    await isIdle();
    server.command('CONFIG', 'SET', 'maxmemory', '0');
  },
  'is a replica after a failover': async ({ server, isFelt }) => {
    server.command('REPLICAOF', '127.0.0.1', '1');
    await isFelt();
    server.command('REPLICAOF', 'NO', 'ONE');
  },
  'has no room for another connection': async ({ server, isFelt }) => {
    const other = connect(server.port, '127.0.0.1').resume();
    await once(other, 'connect');
    other.write('CONFIG SET maxclients 1\r\nCLIENT KILL TYPE normal SKIPME yes\r\n');
    await isFelt();
    other.end('CONFIG SET maxclients 1000\r\n');
  },
};

for (const [what, fault] of Object.entries(faults)) {
  test(`while Redis ${what}, submissions are answered soon, and every one that got its 200 ends with its own result`, async () => {
    await withRedis(async (server) => {
      const proxy = await startProxy(server.port);
      const cast = new Cast(server, files);
      try {
        const { url } = await cast.start('both', { env: { PONS_REDIS_URL: `redis://127.0.0.1:${proxy.port}` } });
        await until(async () => ((await ask(`${url}/readyz`)).status === 200 ? true : null), 60_000);
        const submitter = new Submitter(`${url}/api`);
        await submitter.acceptedMore(50);
        await fault({
          server,
          proxy,
          isFelt: async () => {
            await submitter.refusedMore(4);
            await until(async () => ((await ask(`${url}/readyz`)).status === 503 ? true : null));
          },
          isIdle: async () => {
            await until(() => {
              const held = ['queue', 'leases'].map((key) => server.command('ZCARD', `pons:{api}:${key}`));
              return Promise.resolve(held.every((count) => count === '0') ? true : null);
            });
          },
        });
        await submitter.worksAgain();
        await until(async () => ((await ask(`${url}/readyz`)).status === 200 ? true : null), BACK_MS);
        await submitter.acceptedMore(50);
        await submitter.allEndRight();
      } finally {
        await cast.end();
        await proxy.close();
      }
    });
  });
}

test.run();
