import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { redisService } from '../../../runtime/package/compose/redis-service.ts';
import { keepSecrets } from '../../../runtime/package/compose/secrets.ts';
import type { RedisStore } from '../../../runtime/workloads/redis/store.ts';
import { startChild } from '../../support/bench/child.ts';
import { freePort } from '../../support/bench/free-port.ts';
import { until } from '../../support/redis/until.ts';
import { withRedis } from '../../support/redis/with-redis.ts';
import { makeTempDir } from '../../support/temp-dir.ts';
import { withStoreIn } from '../../workloads/redis/with-store.ts';

const PASSWORDS = [
  'plain',
  ' two  words ',
  `"quotes' 'of" both`,
  '\\back\\\\slashes\\"\\x41\\',
  '#a %s $HOME `id` ;&|*',
  'Grüße',
];

/** What the service does with its password in `dir`, as the container's shell is told, for a Redis on this machine. */
function scriptsFor(dir: string, port: number): { readonly start: string; readonly isWell: string } {
  const { command, healthcheck } = redisService('redis:7', 'always') as {
    readonly command: readonly string[];
    readonly healthcheck: { readonly test: readonly string[] };
  };
  const here = (script: string | undefined): string =>
    String(script)
      .replaceAll('$$', '$')
      .replaceAll('/run/secrets/', `${dir}/.pons-secrets/`)
      .replaceAll('/tmp/redis.conf', `${dir}/redis.conf`)
      .replace('dir /data', `dir ${dir}`)
      .replace('port 6379', `port ${port}\\nbind 127.0.0.1`)
      .replace('redis-cli ping', `redis-cli -p ${port} ping`);
  return { start: here(command[2]), isWell: here(healthcheck.test[1]) };
}

function folderWith(password: string): string {
  const dir = makeTempDir();
  mkdirSync(join(dir, '.pons-secrets'));
  writeFileSync(join(dir, '.pons-secrets', 'redis-password'), password);
  return dir;
}

test('whatever is in a password that somebody wrote, Redis, what asks it whether it is well, and Pons agree on it', async () => {
  await withRedis(async (server) => {
    for (const password of PASSWORDS) {
      const [dir, port] = [folderWith(`${password}\n`), await freePort()];
      await keepSecrets(dir, 'redis');
      const { start, isWell } = scriptsFor(dir, port);
      const redis = startChild('sh', ['-c', start]);
      try {
        const isAnswered = () => Promise.resolve(spawnSync('sh', ['-c', isWell]).status === 0 ? true : null);
        await until(() => Promise.race([isAnswered(), redis.died]));
        const url = readFileSync(join(dir, '.pons-secrets', 'redis-url'), 'utf8').trim();
        const act = async (store: RedisStore): Promise<void> => {
          assert.is(await store.refusal(), null);
        };
        await withStoreIn(server, act, { url: url.replace('redis:6379', `127.0.0.1:${port}`) });
        assert.match(execFileSync('redis-cli', ['-p', String(port), 'ping'], { encoding: 'utf8' }), 'NOAUTH');
      } finally {
        await redis.end();
      }
    }
  });
});

test('a Redis whose password is gone does not start, rather than without one', () => {
  for (const password of ['', '\n']) {
    const { start } = scriptsFor(folderWith(password), 1);
    assert.throws(() => execFileSync('sh', ['-c', start], { stdio: 'pipe' }), /redis-password is empty/);
  }
});

test.run();
