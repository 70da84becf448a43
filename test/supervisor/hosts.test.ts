import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { ApiState, ApiStatus } from '../../runtime/gateway/served-api.ts';
import { Hosts, together } from '../../runtime/supervisor/hosts.ts';
import { until } from '../support/redis/until.ts';
import { withRedis } from '../support/redis/with-redis.ts';
import { withStoreIn } from '../workloads/redis/with-store.ts';

const error = { code: 'X', message: 'x', fix: 'x' };

function host(state: ApiState, requested: number, ready: number): ApiStatus {
  const processes = Array.from({ length: ready }, (_, at) => ({ replica: String(at), pid: at, state: 'ready' }));
  return { state, reason: state === 'error' ? error : null, replicas: { requested, ready }, processes };
}

test('an API is live where one of its hosts is', () => {
  const all = together('iris', [host('error', 2, 0), host('live', 1, 1), host('loading', 3, 0)]);
  assert.equal(all, { ...host('live', 6, 1), replicas: { requested: 6, ready: 1 } });
});

test('an API is in error only where no host can serve it or may yet', () => {
  assert.is(together('iris', [host('error', 1, 0), host('loading', 1, 0)]).state, 'loading');
  assert.equal(together('iris', [host('error', 1, 0), host('stopping', 1, 0)]).reason, error);
});

test('of several hosts that load, one that knows what went wrong is heard', () => {
  const failing = { ...host('loading', 1, 0), reason: error };
  assert.equal(together('iris', [host('loading', 1, 0), failing]).reason, error);
});

test('an API that no host has spoken of is served by nobody, which is told with what to do', () => {
  const { state, reason, ...rest } = together('iris', []);
  assert.is(state, 'unserved');
  assert.is(reason?.code, 'PONS_ERR_REDIS_NO_HOST');
  assert.match(reason?.message ?? '', /^No host runs the predictors of iris/);
  assert.equal(rest, { replicas: { requested: 0, ready: 0 }, processes: [] });
});

test('an API whose hosts somebody else has overwritten is told so, and keeps nobody from hearing of the others', async () => {
  await withRedis(async (server) => {
    await withStoreIn(server, async (_store, presence) => {
      const apis = ['broken', 'whole'];
      server.command('SET', 'pons:{broken}:hosts', 'x');
      const runs = new Hosts(presence, apis, new Map(apis.map((api) => [api, () => host('live', 1, 1)])));
      const gateway = new Hosts(presence, apis, new Map());
      await runs.open();
      await gateway.open();
      try {
        assert.is(gateway.status('whole').state, 'live');
        assert.is(runs.status('broken').state, 'live');
        const { state, reason } = gateway.status('broken');
        assert.is(state, 'error');
        assert.is(reason?.code, 'PONS_ERR_REDIS_WRONG_TYPE');
        assert.match(reason?.message ?? '', 'pons:{broken}:');
        server.command('DEL', 'pons:{broken}:hosts');
        await until(() => Promise.resolve(gateway.status('broken').state === 'live' ? true : null));
      } finally {
        await Promise.all([runs.close(), gateway.close()]);
      }
    });
  });
});

test.run();
