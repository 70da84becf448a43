import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { parsePayloadsUrl } from '../../runtime/workloads/blobs/location.ts';
import type { WorkloadStore } from '../../runtime/workloads/store.ts';
import { contentsOf, exportArguments, importArguments, imported } from '../support/moving/mover.ts';
import { pons } from '../support/pons.ts';
import { makeProject } from '../support/project.ts';
import { ask, Cast } from '../support/redis/cast.ts';
import { laterForObjects } from '../support/redis/later.ts';
import { until } from '../support/redis/until.ts';
import { withRedis } from '../support/redis/with-redis.ts';
import { ended, env, files, ready, request } from '../support/s3/large-bodies.ts';
import { startMoto, type Moto } from '../support/s3/moto.ts';
import { forgetCredentials } from '../support/s3/no-credentials.ts';
import { startProxy } from '../support/s3/proxy.ts';
import { makeTempDir } from '../support/temp-dir.ts';
import { withStoreIn } from '../workloads/redis/with-store.ts';
import { patterned, submitBytes } from '../workloads/samples.ts';

forgetCredentials();
let moto: Moto;

test.before(async () => {
  moto = await startMoto();
});

test.after(() => moto.end());

test('large bodies in a bucket move to a state folder and back, and a bucket that is not named is told', async () => {
  await withRedis(async (server) => {
    const project = makeProject(files);
    const folder = makeTempDir();
    const [redis, state, file] = [{ redis: server.url }, { stateDir: folder }, join(makeTempDir(), 'first.pons')];
    const [done, waits] = [request(300_000, 400_000), request(500_000, 10)];
    const cast = new Cast(server, files);
    const both = await cast.start('both', { env: env(moto.address) });
    await ready(both.url);
    await ask(`${both.url}/api`, 'POST', done.body, 'done');
    assert.equal((await ended(`${both.url}/api/done`))['result'], done.expected);
    await both.stop();
    const gateway = await cast.start('gateway', { env: env(moto.address) });
    assert.is((await ask(`${gateway.url}/api`, 'POST', waits.body, 'waits')).status, 200);
    await gateway.stop();

    const withoutBucket = await pons(exportArguments(project, redis, file));
    assert.is(withoutBucket.code, 2);
    assert.match(withoutBucket.stderr, 'PONS_ERR_PAYLOADS_ELSEWHERE');
    const run = async (args: string[]): Promise<void> => {
      const { code, stdout, stderr } = await pons(args, env(moto.address));
      assert.is(code, 0, `${stdout}\n${stderr}`);
    };
    await run(exportArguments(project, redis, file));
    await run(importArguments(project, state, file));

    server.command('FLUSHALL');
    for (const key of await moto.keys('')) await moto.remove(key);
    const second = join(makeTempDir(), 'second.pons');
    await run(exportArguments(project, state, second));
    await run(importArguments(project, redis, second));
    assert.is((await moto.keys('pons/api/')).length, 2);
    const served = await cast.start('both', { env: env(moto.address) });
    await ready(served.url);
    assert.equal((await ended(`${served.url}/api/done`))['result'], done.expected);
    assert.equal((await ended(`${served.url}/api/waits`))['result'], waits.expected);
    // What waited has ended, and its payload goes.
    await until(async () => {
      laterForObjects(server, 'api');
      return (await moto.keys('pons/api/')).length === 1 ? true : null;
    });
    await cast.end();
  });
});

test('an object that the bucket refuses keeps its workload where it is, and no other one; it can follow later', async () => {
  await withRedis(async (server) => {
    const [project, place, to] = [makeProject(files), { redis: server.url }, { stateDir: makeTempDir() }];
    const proxy = await startProxy(moto.address);
    try {
      Object.assign(process.env, env(proxy.address));
      await withStoreIn(
        server,
        async (store) => {
          for (const id of ['small', 'one', 'two']) {
            await submitBytes(store, 'api', id, id === 'small' ? Buffer.from('1') : patterned(2_000_000));
          }
        },
        { payloads: parsePayloadsUrl('s3://bucket/pons') },
      );
      const denial = '<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>';
      proxy.deed = (asked) =>
        asked.startsWith('GET /bucket/pons/api/one.')
          ? { kind: 'answer', status: 403, body: denial }
          : { kind: 'pass' };
      const [first, second] = [join(makeTempDir(), 'first.pons'), join(makeTempDir(), 'second.pons')];
      const { code, stdout, stderr } = await pons(exportArguments(project, place, first), env(proxy.address));
      assert.is(code, 2, stderr);
      assert.match(stdout, /^Exported 2 workloads of api/);
      assert.match(stderr, /api\/one is not exported: S3 does not give out .*AccessDenied.*PONS_ERR_PAYLOADS_REFUSED/);
      assert.match(stderr, /1 of the workloads is not in .*: api\/one\..*\n.*PONS_ERR_MOVE_LEFT_OUT/);
      assert.not.match(contentsOf(first).join('\n'), '"id":"one"');
      assert.match(await imported(project, to, first), /^Imported 2 workloads/);

      proxy.deed = () => ({ kind: 'pass' });
      assert.is((await pons(exportArguments(project, place, second), env(proxy.address))).code, 0);
      assert.match(await imported(project, to, second), /^Imported 1 workload .* 2 were there already/);
    } finally {
      await proxy.end();
    }
  });
});

test('with an S3 that is not the one that has the only large body, nothing is exported', async () => {
  await withRedis(async (server) => {
    const another = await startMoto();
    try {
      const [project, file] = [makeProject(files), join(makeTempDir(), 'first.pons')];
      Object.assign(process.env, env(moto.address));
      const submitted = (store: WorkloadStore): Promise<void> =>
        submitBytes(store, 'api', 'one', patterned(300_000)).then(() => undefined);
      await withStoreIn(server, submitted, { payloads: parsePayloadsUrl('s3://bucket/pons') });
      const { code, stderr } = await pons(exportArguments(project, { redis: server.url }, file), env(another.address));
      assert.is(code, 2, stderr);
      assert.match(stderr, /what http:\S+ has under that name is another place.*\n.*PONS_ERR_PAYLOADS_OTHER_S3/);
      assert.not(existsSync(file));
    } finally {
      await another.end();
    }
  });
});

test.run();
