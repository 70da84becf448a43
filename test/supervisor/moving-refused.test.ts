import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  contentsOf,
  exportArguments,
  exportOf,
  exportTo,
  filled,
  idleProject,
  importArguments,
  imported,
} from '../support/moving/mover.ts';
import { pons } from '../support/pons.ts';
import { oneApi } from '../support/project.ts';
import { Cast } from '../support/redis/cast.ts';
import { withRedis } from '../support/redis/with-redis.ts';
import { servePons } from '../support/served.ts';
import { makeTempDir } from '../support/temp-dir.ts';
import { withStoreAt } from '../workloads/embedded/with-store.ts';
import { withTmpfs } from '../workloads/embedded/with-tmpfs.ts';
import { codeOf, patterned } from '../workloads/samples.ts';

const project = idleProject();

async function refused(args: readonly string[], code: string, says: RegExp): Promise<void> {
  const ran = await pons(args);
  assert.is(ran.code, 2, ran.stdout + ran.stderr);
  assert.match(ran.stderr, code);
  assert.match(ran.stderr, says);
}

test('while Pons runs on a state folder, nothing is exported from it or imported into it', async () => {
  const served = await servePons(project);
  try {
    const place = { stateDir: served.stateDir };
    const file = join(makeTempDir(), 'file');
    await refused(exportArguments(project, place, file), 'PONS_ERR_STATE_LOCKED', new RegExp(`process ${served.pid}`));
    assert.not(existsSync(file));
    const other = await exportOf(await filled({ one: '1' }));
    await refused(importArguments(project, place, other), 'PONS_ERR_STATE_LOCKED', /in use/);
  } finally {
    await served.stop();
  }
});

test('while anybody serves from a Redis, nothing is exported from it; what is imported into it is run', async () => {
  await withRedis(async (server) => {
    const cast = new Cast(server, { 'cortex.yaml': oneApi(), 'predictor.py': 'raise RuntimeError("never ready")' });
    const place = { redis: server.url };
    const file = join(makeTempDir(), 'file');
    try {
      const gateway = await cast.start('gateway');
      await refused(
        exportArguments(project, place, file),
        'PONS_ERR_MOVE_SERVED',
        /Somebody serves api from .*not its predictors, but a gateway, an import/,
      );
      assert.equal(readdirSync(join(file, '..')), []);
      await imported(project, place, await exportOf(await filled({ one: '1' })));
      assert.is((await fetch(`${gateway.url}/api/one`)).status, 200);
      const predictors = await cast.start('predictors');
      await gateway.stop();
      await refused(exportArguments(project, place, file), 'PONS_ERR_MOVE_SERVED', /predictors: /);
      await predictors.stop();
      assert.is((await pons(exportArguments(project, place, file))).code, 0);
    } finally {
      await cast.end();
    }
  });
});

test('an export that must not get its name, or is interrupted, leaves nothing behind', async () => {
  const { stateDir } = await filled({ one: '1' });
  const folder = makeTempDir();
  const path = join(folder, 'file');
  const why = (code: string): Error => Object.assign(new Error('not now'), { code });
  await withStoreAt(stateDir, async (store) => {
    assert.is(await codeOf(exportTo(path, store, () => Promise.reject(why('SERVED')))), 'SERVED');
    assert.is(await codeOf(exportTo(path, store, undefined, AbortSignal.abort(why('STOPPED')))), 'STOPPED');
  });
  assert.equal(readdirSync(folder), []);
});

test('where there is nothing to export, and where it cannot be written, is said', async () => {
  const place = await filled({ one: '1' });
  const [folder, file] = [makeTempDir(), join(makeTempDir(), 'file')];
  await refused(exportArguments(project, { stateDir: folder }, file), 'PONS_ERR_MOVE_NO_STORE', /no workloads in/);
  assert.equal(readdirSync(folder), [], 'no store is made');
  const lostStore = await filled({ one: '1' });
  execFileSync('rm', [join(lostStore.stateDir, 'store.db')]);
  await refused(exportArguments(project, lostStore, file), 'PONS_ERR_STORE_MISSING', /there was one/);
  const named = [...exportArguments(project, place, file), '--api', 'apy'];
  await refused(named, 'PONS_ERR_MOVE_NO_API', /apy .* there is: api/);
  writeFileSync(file, 'dear');
  await refused(exportArguments(project, place, file), 'PONS_ERR_MOVE_FILE_EXISTS', /never replaces/);
  const lost = join(folder, 'nowhere', 'file');
  await refused(exportArguments(project, place, lost), 'PONS_ERR_MOVE_FILE_UNWRITABLE', /ENOENT/);
  const both = [...exportArguments(project, place, join(folder, 'f')), '--redis', 'redis://127.0.0.1:1'];
  await refused(both, 'PONS_ERR_CLI_USAGE', /--state-dir and --redis/);
  await refused(['export-state', project], 'PONS_ERR_CLI_USAGE', /--to <file>/);
  await withTmpfs('1m', async (small) => {
    const full = await filled({ large: patterned(3_000_000) });
    const path = join(small, 'file');
    await refused(exportArguments(project, full, path), 'PONS_ERR_MOVE_FILE_UNWRITABLE', /ENOSPC|no space/);
    assert.equal(readdirSync(small), []);
  });
});

test('a bad file is refused as a whole, and the store stays as it was', async () => {
  const place = await filled({ mine: '1' });
  const file = await exportOf(await filled({ one: '1', two: '2', three: '3' }));
  const before = contentsOf(await exportOf(place));
  for (const [[spoil, ...how], code] of [
    [['truncate', '-s', '-30'], 'PONS_ERR_MOVE_FILE_DAMAGED'],
    [['sed', '-i', 's/"version":1/"version":9/'], 'PONS_ERR_MOVE_FILE_VERSION'],
    [['rm'], 'PONS_ERR_MOVE_FILE_UNREADABLE'],
  ] as const) {
    execFileSync(spoil, [...how, file]);
    await refused(importArguments(project, place, file), code, new RegExp(file));
    assert.equal(contentsOf(await exportOf(place)), before);
  }
});

test('a store whose file of a body is gone is exported all the same, that workload as failed', async () => {
  const place = await filled({ large: patterned(2_000_000), small: '1' });
  for (const name of readdirSync(join(place.stateDir, 'bodies')))
    execFileSync('rm', [join(place.stateDir, 'bodies', name)]);
  const contents = contentsOf(await exportOf(place)).join('\n');
  const ran = await pons(exportArguments(project, place, join(makeTempDir(), 'file')));
  assert.is(ran.code, 0);
  assert.match(ran.stderr, /api\/large is exported as failed: .* is missing/);
  assert.match(ran.stderr, /missing or damaged: 1 workload\b/);
  assert.match(contents, /"id":"large","status":"failed".*PONS_ERR_WORKLOAD_BODY_MISSING/);
  assert.match(contents, /"id":"small","status":"in_queue"/);
});

test.run();
