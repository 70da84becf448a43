import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { buildGateway } from '../../../runtime/gateway/server.ts';
import { createMetrics } from '../../../runtime/metrics/metrics.ts';
import { openEmbeddedStore } from '../../../runtime/workloads/embedded/open.ts';
import { withDyingThread } from '../../workloads/embedded/with-dying-thread.ts';
import { withTmpfs } from '../../workloads/embedded/with-tmpfs.ts';
import { until } from '../../support/redis/until.ts';
import { withRedis } from '../../support/redis/with-redis.ts';
import { withStoreIn } from '../../workloads/redis/with-store.ts';
import { offer, recordingLogger, withGateway } from '../support/gateway.ts';
import { codeOf } from '../support/raw.ts';

test('readiness is told for all APIs or one, and only a live one is ready', async () => {
  await withGateway({ offers: [{ name: 'a' }, { name: 'b' }] }, async ({ url, apis }) => {
    assert.is((await fetch(`${url}/readyz`)).status, 200);
    const b = apis[1];
    assert.ok(b);
    const reason = { code: 'PONS_ERR_X', message: 'it broke', fix: 'Mend it.' };
    for (const state of ['loading', 'error', 'stopping'] as const) {
      b.now = { ...b.now, state, reason: state === 'error' ? reason : null };
      const all = await fetch(`${url}/readyz`);
      assert.is(all.status, 503);
      assert.equal(await all.json(), {
        ready: false,
        apis: [
          { name: 'a', state: 'live', reason: null },
          { name: 'b', state, reason: b.now.reason },
        ],
      });
      assert.is((await fetch(`${url}/readyz?api=a`)).status, 200);
      assert.is((await fetch(`${url}/readyz?api=b`)).status, 503);
      assert.is((await fetch(`${url}/readyz`, { method: 'HEAD' })).status, 503);
      assert.is((await fetch(`${url}/healthz`)).status, 200);
    }
  });
});

test('the predictors of one process are not ready because those of another host are', async () => {
  await withGateway({}, async ({ url, apis }) => {
    const [iris] = apis;
    assert.ok(iris);
    assert.is((await fetch(`${url}/readyz?here`)).status, 200);
    iris.here = () => ({ ...iris.now, state: 'loading' });
    assert.is((await fetch(`${url}/readyz?here`)).status, 503);
    assert.is((await fetch(`${url}/readyz?here&api=iris`)).status, 503);
    assert.is((await fetch(`${url}/readyz`)).status, 200);
  });
});

test('asking for the readiness of an unknown API is an error', async () => {
  await withGateway({}, async ({ url }) => {
    for (const query of ['api=nobody', 'api=', 'api=iris&api=iris', 'api=__proto__']) {
      const answer = await fetch(`${url}/readyz?${query}`);
      assert.is(answer.status, 404, query);
      assert.is(codeOf(await answer.text()), 'PONS_ERR_HTTP_API_UNKNOWN');
    }
  });
});

test('while the disk has no room for submissions no API is ready, though alive, and each is again when there is room', async () => {
  await withTmpfs('24m', async (folder) => {
    const store = await openEmbeddedStore({ stateDir: join(folder, 'state'), reserveBytes: 8_000_000 });
    const rest = { metrics: createMetrics(), logger: recordingLogger([]), limits: {}, allowedHosts: [] };
    const gateway = buildGateway({ store, apis: [offer(store, { name: 'iris' })], ...rest });
    try {
      const { port } = await gateway.listen('127.0.0.1', 0);
      const ready = (query = '') => fetch(`http://127.0.0.1:${port}/readyz${query}`);
      assert.is((await ready()).status, 200);
      writeFileSync(join(folder, 'ballast'), Buffer.alloc(20_000_000));
      await changed(ready, 503);
      for (const query of ['', '?api=iris']) {
        const answer = await ready(query);
        assert.is(answer.headers.get('retry-after'), '1');
        assert.is(codeOf(await answer.text()), 'PONS_ERR_STORE_FULL');
      }
      assert.is((await fetch(`http://127.0.0.1:${port}/healthz`)).status, 200);
      rmSync(join(folder, 'ballast'));
      await changed(ready, 200);
    } finally {
      await gateway.close();
      await store.close();
    }
  });
});

/** Asks until the answer has the status awaited: the store looks at the disk at most once a second. */
async function changed(ask: () => Promise<Response>, awaited: number): Promise<void> {
  const end = Date.now() + 60_000;
  let status = 0;
  while (status !== awaited && Date.now() < end) ({ status } = await ask());
  assert.is(status, awaited);
}

test('a process is ready whatever is amiss in Redis with an API that it does not serve', async () => {
  await withRedis(async (server) => {
    await withStoreIn(
      server,
      async (store) => {
        const rest = { metrics: createMetrics(), logger: recordingLogger([]), limits: {}, allowedHosts: [] };
        const gateway = buildGateway({ store, apis: [offer(store, { name: 'iris' })], ...rest });
        const overwrite = async (api: string): Promise<void> => {
          server.command('SET', `pons:{${api}}:meta`, 'x');
          await until(() => store.refusal(api));
        };
        try {
          const { port } = await gateway.listen('127.0.0.1', 0);
          const ready = () => fetch(`http://127.0.0.1:${port}/readyz`);
          await overwrite('other');
          assert.is((await ready()).status, 200);
          await overwrite('iris');
          const answer = await ready();
          assert.is(answer.status, 503);
          assert.is(codeOf(await answer.text()), 'PONS_ERR_REDIS_WRONG_TYPE');
        } finally {
          await gateway.close();
        }
      },
      { apis: ['iris', 'other'] },
    );
  });
});

test('without its store an API is neither ready nor answers', async () => {
  await withDyingThread(async (store) => {
    const rest = { metrics: createMetrics(), logger: recordingLogger([]), limits: {}, allowedHosts: [] };
    const gateway = buildGateway({ store, apis: [offer(store, { name: 'iris' })], ...rest });
    try {
      const { port } = await gateway.listen('127.0.0.1', 0);
      const url = `http://127.0.0.1:${port}`;
      assert.is((await fetch(`${url}/readyz`)).status, 200);
      for (const path of ['/iris/w1', '/iris', '/readyz', '/readyz?api=iris']) {
        const answer = await fetch(url + path);
        assert.is(answer.status, 503, path);
        assert.is(codeOf(await answer.text()), 'PONS_ERR_STORE_LOST');
      }
      const submitted = await fetch(`${url}/iris`, { method: 'POST', body: '1', headers: { 'content-type': 'a/b' } });
      assert.is(submitted.status, 503);
    } finally {
      await gateway.close();
    }
  });
});

test.run();
