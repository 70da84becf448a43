import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { buildManifests } from '../../../runtime/package/kubernetes/manifests.ts';
import { SETTINGS, exported, found, parsed } from '../../support/kubernetes/objects.ts';
import { planFull } from '../../support/package/full-project.ts';

test('KEDA scales between min and max by what waits and runs, as fast as Cortex did', async () => {
  const objects = await exported();
  const { spec } = found(objects, 'ScaledObject', 'api-words');
  assert.equal([spec.minReplicaCount, spec.maxReplicaCount], [2, 8]);
  assert.equal(spec.triggers[0]?.metadata, {
    serverAddress: 'http://prometheus:9090',
    query:
      'avg_over_time((max(pons_queue_length{api="words",namespace="team"}) + max(pons_workloads_in_progress{api="words",namespace="team"}))[30s:10s])',
    threshold: '2.5',
    ignoreNullValues: 'false',
  });
  assert.equal(spec.advanced.horizontalPodAutoscalerConfig.behavior, {
    scaleUp: { stabilizationWindowSeconds: 120, policies: [{ type: 'Percent', value: 25, periodSeconds: 10 }] },
    // Kubernetes takes no more than an hour.
    scaleDown: { stabilizationWindowSeconds: 3600, policies: [{ type: 'Percent', value: 100, periodSeconds: 10 }] },
  });
  assert.is(found(objects, 'Deployment', 'api-words').spec.replicas, undefined);
  assert.not(objects.some(({ kind, metadata }) => kind === 'ScaledObject' && metadata.name === 'api-fixed'));
  assert.is(found(objects, 'Deployment', 'api-fixed').spec.replicas, 3);
});

test('without KEDA and the Prometheus operator nothing is there that needs them', async () => {
  const objects = parsed(buildManifests(await planFull(), { ...SETTINGS, scaling: null, isMonitored: false }));
  const kinds = new Set(objects.map(({ kind }) => kind));
  assert.not(kinds.has('ScaledObject') || kinds.has('ServiceMonitor'));
  assert.is(found(objects, 'Deployment', 'api-words').spec.replicas, 2);
});

test.run();
