import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { namespaceOf } from '../../../runtime/package/kubernetes/monitoring.ts';

for (const [url, namespace] of [
  ['http://prometheus-operated.observed:9090', 'observed'],
  ['http://prometheus.observed.svc:9090/prefix', 'observed'],
  ['http://prometheus.observed.svc.cluster.local', 'observed'],
  ['http://prometheus:9090', 'monitoring'],
  ['https://prometheus.example.com', 'monitoring'],
  ['http://10.0.0.7:9090', 'monitoring'],
  ['http://[fd00::7]:9090', 'monitoring'],
] as const) {
  test(`the Prometheus at ${url} is taken to be in the namespace ${namespace}`, () => {
    assert.is(namespaceOf(url), namespace);
  });
}

test.run();
