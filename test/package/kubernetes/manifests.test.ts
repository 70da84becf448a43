import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { writeExport } from '../../../runtime/package/exported/write.ts';
import { buildManifests } from '../../../runtime/package/kubernetes/manifests.ts';
import { kubectl } from '../../support/kubernetes/kubectl.ts';
import { complaintsAbout } from '../../support/kubernetes/strict.ts';
import { SETTINGS, exported, found, parsed } from '../../support/kubernetes/objects.ts';
import { planFull } from '../../support/package/full-project.ts';
import { makeTempDir } from '../../support/temp-dir.ts';

test('a folder goes through kustomize, with every object in it, and no schema knows a field less', async () => {
  for (const modelsAreBaked of [false, true]) {
    const files = buildManifests(await planFull({ modelsAreBaked }), { ...SETTINGS, namespace: 'team-a' });
    const folder = makeTempDir();
    await writeExport(folder, files);
    const built = parsed([{ path: '', text: await kubectl(['kustomize', folder]) }]);
    assert.is(built.length, parsed(files).length - 1);
    assert.ok(built.every(({ metadata }) => metadata.namespace === 'team-a'));
    assert.is(await complaintsAbout(built), '');
  }
});

test('an overlay of kustomize changes images and replicas without a changed byte', async () => {
  const folder = makeTempDir();
  await writeExport(join(folder, 'base'), buildManifests(await planFull(), SETTINGS));
  mkdirSync(join(folder, 'overlay'));
  const overlay = `resources: [../base]\nimages: [{name: pons/gateway, newTag: "9"}]\nreplicas: [{name: gateway, count: 7}]\n`;
  writeFileSync(join(folder, 'overlay', 'kustomization.yaml'), overlay);
  const built = parsed([{ path: '', text: await kubectl(['kustomize', join(folder, 'overlay')]) }]);
  const { spec } = found(built, 'Deployment', 'gateway');
  assert.is(spec.replicas, 7);
  assert.is(spec.template.spec.containers[0]?.image, 'pons/gateway:9');
});

test('what would be wrong is found', async () => {
  const [deployment] = (await exported()).filter(({ kind }) => kind === 'Deployment');
  const [scaled] = (await exported()).filter(({ kind }) => kind === 'ScaledObject');
  assert.ok(deployment && scaled);
  const wrong = { ...deployment, spec: { ...deployment.spec, replica: 1 } };
  assert.match(await complaintsAbout([wrong]), /replica/);
  const misspelt = { ...scaled, spec: { ...scaled.spec, maxReplicas: 1 } };
  assert.match(await complaintsAbout([misspelt]), /maxReplicas/);
});

test.run();
