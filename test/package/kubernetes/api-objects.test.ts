import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { exported, found, predictorOf } from '../../support/kubernetes/objects.ts';

test('each API is a Deployment behind api-<name> on 8888, which its siblings call', async () => {
  const objects = await exported({ registry: 'registry.example.com/team', tag: '1.4' });
  for (const name of ['words', 'fixed', 'flowers', 'pictures', 'texts']) {
    const deployment = found(objects, 'Deployment', `api-${name}`);
    assert.match(
      predictorOf(deployment).image,
      new RegExp(`^registry\\.example\\.com/team/pons-test-[a-z0-9-]+[-_]${name}:1\\.4$`),
    );
    const { spec } = found(objects, 'Service', `api-${name}`);
    assert.equal(spec.ports, [{ name: 'http', port: 8888, targetPort: 'http' }]);
    assert.equal(deployment.spec.selector, { matchLabels: spec.selector });
    found(objects, 'PodDisruptionBudget', `api-${name}`);
  }
});

test('compute, shared memory and the way of an update are those of the configuration', async () => {
  const words = found(await exported(), 'Deployment', 'api-words');
  assert.equal(predictorOf(words).resources, {
    requests: { cpu: '1500m', memory: '1413480448' },
    limits: { memory: '1413480448' },
  });
  assert.equal(words.spec.strategy, { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } });
  const shm = words.spec.template.spec.volumes.find(({ name }) => name === 'shm');
  assert.equal(shm, { name: 'shm', emptyDir: { medium: 'Memory', sizeLimit: '268435456' } });
  const fixed = found(await exported(), 'Deployment', 'api-fixed');
  assert.equal(predictorOf(fixed).resources, { requests: { cpu: '200m' } });
});

test("a drain of one's own is told to Pons and granted by Kubernetes", async () => {
  const usual = found(await exported(), 'Deployment', 'api-words');
  assert.is(predictorOf(usual).args, undefined);
  assert.is(usual.spec.template.spec.terminationGracePeriodSeconds, 35);
  const slow = found(await exported({ drainMs: 90_000 }), 'Deployment', 'api-words');
  assert.equal(predictorOf(slow).args, [
    'serve',
    '/mnt/project',
    '--in-container',
    '--api',
    'words',
    '--drain',
    '90000ms',
  ]);
  assert.is(slow.spec.template.spec.terminationGracePeriodSeconds, 100);
});

test.run();
