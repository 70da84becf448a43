import { execFileSync } from 'node:child_process';
import { copyFileSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { RedisServer } from '../../support/redis/server.ts';
import { until } from '../../support/redis/until.ts';
import { withRedis } from '../../support/redis/with-redis.ts';
import { makeTempDir } from '../../support/temp-dir.ts';
import { codeOf, leaseOne, leaseUpTo, submitText } from '../samples.ts';
import { withStoreIn } from './with-store.ts';

const page = readFileSync(new URL('../../../docs/operations.md', import.meta.url), 'utf8');
const SHOWN = /test\/workloads\/redis\/backup\.test\.ts runs it with a Redis of its own -->\n```sh\n([^]*?)```/g;
const [backUp = '', turnOn = ''] = [...page.matchAll(SHOWN)].map(([, commands = '']) => commands);
const RESULT = Buffer.from('{}');
/** Redis waits for further replicas before it sends its data to the first, and takes who asks for a backup for one. */
const AT_ONCE = { 'repl-diskless-sync-delay': '0' };

/** Runs commands of the page in a folder. */
function run(commands: string, server: RedisServer, cwd: string): string {
  const here = commands.replaceAll('-p 6379', `-p ${server.port}`);
  return execFileSync('bash', ['-euc', here], { cwd, encoding: 'utf8' });
}

/** The whole of "Backup and restore", with `meanwhile` after the backup. */
async function restored(server: RedisServer, meanwhile: () => Promise<void>): Promise<void> {
  const folder = makeTempDir();
  const [, data = ''] = server.command('CONFIG', 'GET', 'dir').split('\n');
  run(backUp, server, folder);
  await meanwhile();
  await server.kill();
  for (const name of ['appendonlydir', 'appendonly.aof', 'dump.rdb'])
    rmSync(join(data, name), { recursive: true, force: true });
  copyFileSync(join(folder, 'backup.rdb'), join(data, 'dump.rdb'));
  await server.start({ appendonly: 'no' });
  await until(() => Promise.resolve(run(turnOn, server, folder).includes('aof_rewrite_in_progress:0') ? true : null));
}

test('a backup that is restored has what was there then, and what ended since runs again', async () => {
  await withRedis(async (server) => {
    await withStoreIn(server, async (store) => {
      for (const id of ['ended', 'ends-after', 'waits']) await submitText(store, 'iris', id);
      await store.complete(await leaseOne(store, 'iris'), RESULT);
    });
    await restored(server, () =>
      withStoreIn(server, async (store) => {
        await store.complete(await leaseOne(store, 'iris'), RESULT);
        await submitText(store, 'iris', 'later');
      }),
    );
    const holdsAll = async (): Promise<void> => {
      await withStoreIn(server, async (store) => {
        assert.is((await store.find('iris', 'ended'))?.status, 'completed');
        assert.is(await store.find('iris', 'later'), null);
        assert.equal(
          (await leaseUpTo(store, 'iris', 10)).map(({ id }) => id),
          ['ends-after', 'waits'],
        );
      });
    };
    await holdsAll();
    await server.kill();
    await server.start();
    await holdsAll();
  }, AT_ONCE);
});

test('what was running at a backup waits again when its lease lapses after the restore', async () => {
  await withRedis(async (server) => {
    const options = { apis: ['iris'], leaseMs: 1500 };
    await withStoreIn(
      server,
      async (store) => {
        await submitText(store, 'iris', 'runs');
        const lease = await leaseOne(store, 'iris');
        await restored(server, async () => {
          await store.complete(lease, RESULT);
        });
        await until(async () => ((await store.counts('iris').catch(() => null))?.inQueue === 1 ? true : null));
        assert.is((await leaseOne(store, 'iris')).id, 'runs');
        assert.is(await store.complete(lease, RESULT), 'refused');
      },
      options,
    );
  }, AT_ONCE);
});

test('a Redis that is not durable yet while it is restored is not served from', async () => {
  await withRedis(async (server) => {
    await server.kill();
    await server.start({ appendonly: 'no' });
    assert.is(await codeOf(withStoreIn(server, () => Promise.resolve())), 'PONS_ERR_REDIS_NOT_DURABLE');
  });
});

test.run();
