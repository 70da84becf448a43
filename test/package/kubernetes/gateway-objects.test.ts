import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { buildManifests } from '../../../runtime/package/kubernetes/manifests.ts';
import { SETTINGS, exported, found, parsed } from '../../support/kubernetes/objects.ts';
import { planFull } from '../../support/package/full-project.ts';

test('the gateway has room for several bodies of the largest size that is permitted', async () => {
  const [container] = found(await exported(), 'Deployment', 'gateway').spec.template.spec.containers;
  assert.match(JSON.stringify(container?.resources), /"limits":\{"memory":"1073741824"\}/);
});

test('the gateway has the configuration, and new pods when that changes', async () => {
  const plan = await planFull();
  const gatewayOf = (endpoint: string) => {
    const specs = plan.project.specs.map((spec) => ({ ...spec, endpoint: `/${endpoint}/${spec.name}` }));
    const objects = parsed(buildManifests({ ...plan, project: { ...plan.project, specs } }, SETTINGS));
    assert.match(found(objects, 'ConfigMap', 'gateway-config').data?.['cortex.yaml'] ?? '', `/${endpoint}/words`);
    return found(objects, 'Deployment', 'gateway');
  };
  assert.not.equal(gatewayOf('a'), gatewayOf('b'));
});

test.run();
