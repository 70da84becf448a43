import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  contentsOf,
  exportArguments,
  exported,
  exportOf,
  filled,
  idleProject,
  importArguments,
  imported,
} from '../support/moving/mover.ts';
import { pons } from '../support/pons.ts';
import { withRedis } from '../support/redis/with-redis.ts';
import { makeTempDir } from '../support/temp-dir.ts';
import { withStoreAt } from '../workloads/embedded/with-store.ts';
import { withTmpfs } from '../workloads/embedded/with-tmpfs.ts';
import { patterned, submitText } from '../workloads/samples.ts';

const project = idleProject();

async function stopped(args: readonly string[], says: RegExp): Promise<void> {
  const { code, stdout, stderr } = await pons(args);
  assert.is(code, 1, stdout + stderr);
  assert.match(stderr, 'PONS_ERR_MOVE_STOPPED');
  assert.match(stderr, says);
}

test('an id that is there with another body is told, and never overwritten; the rest is imported', async () => {
  const file = await exportOf(await filled({ one: '1', two: '2', three: '3' }));
  const place = await filled({ two: 'mine' });
  const ran = await pons(importArguments(project, place, file));
  assert.is(ran.code, 2);
  assert.match(ran.stdout, /^Imported 2 workloads/);
  assert.match(ran.stderr, /1 of the workloads .* another body: api\/two\. .*PONS_ERR_MOVE_CONFLICT/s);
  await withStoreAt(place.stateDir, async (store) => {
    const { leases } = await store.lease('api', 5);
    const bodies = await Promise.all(
      leases.map(async ({ payload }) => Buffer.from(await store.read(payload)).toString()),
    );
    assert.equal(bodies, ['mine', '1', '3']);
  });
});

test('workloads of an API that the project does not have are moved, and that is said', async () => {
  await withRedis(async (server) => {
    const place = await filled({ one: '1' }, 'older');
    await withStoreAt(place.stateDir, (store) => submitText(store, 'api', 'two').then(() => undefined));
    const file = await exportOf(place);
    const ran = await pons(importArguments(project, { redis: server.url }, file));
    assert.is(ran.code, 0);
    assert.match(ran.stderr, /1 workload of older, which the project does not have/);
    const own = await pons(exportArguments(project, { redis: server.url }, join(makeTempDir(), 'own')));
    assert.match(own.stdout, /^Exported 1 workload of api .*\nNot exported: older;/);
    const named = [...exportArguments(project, { redis: server.url }, join(makeTempDir(), 'named')), '--api', 'older'];
    assert.match((await pons(named)).stdout, /^Exported 1 workload of older /);
  });
});

test('an import that Redis has no memory for is said, and goes on when it is run again', async () => {
  await withRedis(
    async (server) => {
      const bodies = Object.fromEntries(Array.from({ length: 200 }, (_one, at) => [`w${at}`, patterned(50_000, at)]));
      const source = await filled(bodies);
      const file = await exportOf(source);
      const place = { redis: server.url };
      const says = /The import stopped after \d+ of 200 workloads.*PONS_ERR_REDIS_FULL/;
      await stopped(importArguments(project, place, file), says);
      server.command('CONFIG', 'SET', 'maxmemory', '0');
      assert.match(await imported(project, place, file), /^Imported \d+ workloads.* [1-9]\d* were there already/);
      assert.equal(contentsOf(await exported(project, place)), contentsOf(file));
    },
    { maxmemory: '8mb' },
  );
});

test('an import that the disk has no room for is said, and goes on when it is run again', async () => {
  const bodies = Object.fromEntries(Array.from({ length: 60 }, (_one, at) => [`w${at}`, patterned(400_000, at)]));
  const file = await exportOf(await filled(bodies));
  await withTmpfs('80m', async (folder) => {
    const place = { stateDir: join(folder, 'state') };
    const says = /The import stopped after \d+ of 60 workloads.*PONS_ERR_STORE_FULL/;
    await stopped(importArguments(project, place, file), says);
    execFileSync('mount', ['-o', 'remount,size=300m', folder]);
    assert.match(await imported(project, place, file), /^Imported \d+ workloads/);
    assert.equal(contentsOf(await exportOf(place)), contentsOf(file));
  });
});

test.run();
