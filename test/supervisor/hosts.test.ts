import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { ApiState, ApiStatus } from '../../runtime/gateway/served-api.ts';
import { together } from '../../runtime/supervisor/hosts.ts';

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

test('an API that no host has spoken of is served by nobody, which is told with what to do', () => {
  const { state, reason, ...rest } = together('iris', []);
  assert.is(state, 'unserved');
  assert.is(reason?.code, 'PONS_ERR_REDIS_NO_HOST');
  assert.match(reason?.message ?? '', /^No host runs the predictors of iris/);
  assert.equal(rest, { replicas: { requested: 0, ready: 0 }, processes: [] });
});

test.run();
