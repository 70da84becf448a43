import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { buildCompose } from '../../../runtime/package/compose/compose-file.ts';
import { buildManifests } from '../../../runtime/package/kubernetes/manifests.ts';
import { gatewayConfig } from '../../../runtime/package/exported/gateway-config.ts';
import { yamlText } from '../../../runtime/package/exported/yaml-text.ts';
import { planFull } from '../../support/package/full-project.ts';
import { predicting } from '../../support/project.ts';

const SECRET = 'planted-d41d8';
const CORTEX_YAML = `
- name: "on"
  kind: AsyncAPI
  predictor: {type: onnx, path: p.py, models: {path: m.onnx}, env: {TOKEN: ${SECRET}}, config: {token: ${SECRET}}}
  networking: {endpoint: /a/b}
  autoscaling: {min_replicas: 2, max_replica_concurrency: 7}
`;
const onlyWith = (fields: string): string =>
  `- {name: "on", kind: AsyncAPI, predictor: {type: python, path: p.py, ${fields}}}\n`;
const planned = () => planFull({}, { 'cortex.yaml': CORTEX_YAML, 'p.py': predicting('return {}'), 'm.onnx': '' });

test('what a gateway is told is a valid file, of the same APIs at the same places', async () => {
  const { project } = await planned();
  const told = yamlText([], [gatewayConfig(project.specs)]);
  const { project: read } = await planFull({}, { 'cortex.yaml': told, 'p.py': '' });
  const seen = ({ specs }: typeof project) =>
    specs.map(({ name, kind, endpoint, autoscaling }) => [name, kind, endpoint, autoscaling.maxReplicaConcurrency]);
  assert.equal(seen(read), [['on', 'AsyncAPI', '/a/b', 7]]);
  assert.equal(seen(read), seen(project));
});

test('no export has a word of predictor.env and predictor.config, and that the images have is said', async () => {
  const plan = await planned();
  const files = [
    ...buildCompose(plan, { folder: plan.project.root, redisImage: 'redis:7', appendFsync: 'always' }),
    ...buildManifests(plan, { namespace: null, scaling: null, isMonitored: false, monitoringNamespace: 'monitoring' }),
  ];
  for (const { path, text } of files) assert.not.match(text, SECRET, path);
  assert.match(plan.notices.join(), /^on: predictor\.env and predictor\.config are in its image/);
});

for (const [fields, said] of [
  [`env: {TOKEN: ${SECRET}}`, /^on: predictor\.env is in its image/],
  [`config: {token: ${SECRET}}`, /^on: predictor\.config is in its image/],
  ['env: {}, config: {}', /^$/],
] as const) {
  test(`what of "${fields}" everybody has who has the image is said`, async () => {
    const { notices } = await planFull({}, { 'cortex.yaml': onlyWith(fields), 'p.py': predicting('return {}') });
    assert.match(notices.join(), said);
  });
}

test.run();
