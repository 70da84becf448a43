import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { UserExceptionData } from '../../../bridge/node/methods.ts';
import { bridgeErrorOf } from '../../support/bridge-error.ts';
import { withServing } from '../../support/host.ts';
import { oldestAndNewest } from '../../support/pythons.ts';

const METRICS = `
from cortex_internal.lib.metrics import MetricsClient

class PythonPredictor:
    def __init__(self, config, metrics_client: MetricsClient):
        self.metrics = metrics_client
    def predict(self, payload):
        exec(payload, {'m': self.metrics})
        return {}
`;

const PUSHED: readonly (readonly [code: string, params: Record<string, unknown>])[] = [
  ["m.increment('calls')", { kind: 'increment', name: 'calls', value: 1, tags: null }],
  ["m.increment('calls', 3, {'model': 'v1'})", { kind: 'increment', name: 'calls', value: 3, tags: { model: 'v1' } }],
  ["m.gauge('size', 1.5, tags={'n': 2})", { kind: 'gauge', name: 'size', value: 1.5, tags: { n: '2' } }],
  ["m.histogram(metric='time', value=True)", { kind: 'histogram', name: 'time', value: 1, tags: null }],
  ["m.gauge('text', '2.5')", { kind: 'gauge', name: 'text', value: 2.5, tags: null }],
];

const DROPPED = [
  "m.gauge('x', float('nan'))",
  "m.gauge('x', float('inf'))",
  "m.gauge('x', None)",
  "m.gauge('x', 'many')",
  "m.gauge('x', [])",
  "m.gauge('x', 1, tags=['a:b'])",
  "m.gauge('x', 1, tags={'a': 'b' * 2000000})",
];

const REFUSED = [
  "m.increment('cortex_calls')",
  "m.gauge('istio_x', 1)",
  "m.histogram('cortex_', 1)",
  "m.gauge('', 1)",
  'm.gauge(None, 1)',
];

for (const python of oldestAndNewest) {
  test(`metrics go up, and a push never fails a predict (Python ${python.version})`, () =>
    withServing({ python, files: METRICS }, async (host) => {
      for (const [code] of PUSHED) await host.predict(code, 'text/plain');
      const pushed = host.told.filter(({ method }) => method === 'metric').map(({ value }) => value);
      assert.equal(
        pushed,
        PUSHED.map(([, params]) => params),
      );
      for (const code of DROPPED) {
        await host.predict(code, 'text/plain');
        assert.match(String(host.records.at(-1)?.['message']), /^the metric x was not sent/, code);
      }
    }));

  test(`reserved and empty names are refused with an exception (Python ${python.version})`, () =>
    withServing({ python, files: METRICS }, async (host) => {
      for (const code of REFUSED) {
        const error = await bridgeErrorOf(host.predict(code, 'text/plain'));
        assert.match((error.data as UserExceptionData).type, /UserException$/, code);
      }
      assert.not.ok(host.told.some(({ method }) => method === 'metric'));
    }));
}

test.run();
