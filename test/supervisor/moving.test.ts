import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { KnownError } from '../../runtime/errors/known-error.ts';
import { moving } from '../../runtime/supervisor/moving.ts';
import { exportArguments, exportOf, filled, idleProject, imported } from '../support/moving/mover.ts';
import { pons } from '../support/pons.ts';
import { startProxy } from '../support/redis/proxy.ts';
import { until } from '../support/redis/until.ts';
import { withRedis } from '../support/redis/with-redis.ts';
import { makeTempDir } from '../support/temp-dir.ts';
import { codeOf, messageOf } from '../workloads/samples.ts';

const address = 'redis://a:1';

test('what clients are told to send again for, a command is told to be run again for', async () => {
  const away = KnownError.of('PONS_ERR_REDIS_UNREACHABLE', { address, reason: 'it is gone' });
  for (const what of ['export', 'import'] as const) {
    const moved = moving(what, () => Promise.reject(away));
    assert.is(await codeOf(moved), 'PONS_ERR_MOVE_BROKEN_OFF');
    assert.match(await messageOf(moved), new RegExp(`^The ${what} broke off.*it is gone.*PONS_ERR_REDIS_UNREACHABLE`));
  }
});

test('an error whose fix fits a command stays as it is', async () => {
  const denied = KnownError.of('PONS_ERR_REDIS_AUTH', { address, reason: 'wrong password' });
  assert.is(await codeOf(moving('export', () => Promise.reject(denied))), 'PONS_ERR_REDIS_AUTH');
  assert.is(await moving('import', () => Promise.resolve(7)), 7);
});

test('an export whose Redis is killed meanwhile says that it is to be run again, and leaves nothing', async () => {
  await withRedis(async (server) => {
    const project = idleProject();
    await imported(project, { redis: server.url }, await exportOf(await filled({ one: '1' })));
    const folder = makeTempDir();
    // Its way leads through this process: it gets no further while this one has not looked yet.
    const proxy = await startProxy(server.port);
    try {
      const place = { redis: `redis://127.0.0.1:${proxy.port}` };
      const exporting = pons(exportArguments(project, place, join(folder, 'file')));
      // It has looked whether somebody serves, which is done by a command of its own, and looks again some seconds later.
      await until(() => Promise.resolve(/ cmd=hget /.test(server.command('CLIENT', 'LIST')) ? true : null));
      await server.kill();
      const { code, stderr } = await exporting;
      assert.is(code, 1, stderr);
      assert.match(stderr, /PONS_ERR_MOVE_BROKEN_OFF/);
      assert.match(stderr, /run the same command again/);
      assert.not.match(stderr, /request again/);
      assert.equal(readdirSync(folder), []);
    } finally {
      await proxy.close();
    }
  });
});

test.run();
