import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { buildCompose, COMPOSE_EXPORT } from '../../../runtime/package/compose/compose-file.ts';
import { orphansOf } from '../../../runtime/package/compose/orphans.ts';
import { replaceExport } from '../../../runtime/package/exported/replace.ts';
import type { ExportedFile } from '../../../runtime/package/exported/write.ts';
import { leftInCluster, perhapsElsewhere } from '../../../runtime/package/kubernetes/left-in-cluster.ts';
import { buildManifests, KUBERNETES_EXPORT } from '../../../runtime/package/kubernetes/manifests.ts';
import { listProjectFiles } from '../../../runtime/project/files.ts';
import { planFull } from '../../support/package/full-project.ts';
import { makeTempDir } from '../../support/temp-dir.ts';

const WORDS = '- {name: words, kind: AsyncAPI, predictor: {type: python, path: p.py}}\n';
const TEXTS = '- {name: texts, kind: AsyncAPI, predictor: {type: tensorflow, path: p.py, models: {path: m}}}\n';
const planned = (yaml: string) => planFull({}, { 'cortex.yaml': yaml, 'p.py': '', 'm/1/saved_model.pb': '' });
// The folder of a project, which has another name each time, is a part of names.
const LABEL = 'project';
const compose = async (yaml: string): Promise<readonly ExportedFile[]> =>
  buildCompose(
    { ...(await planned(yaml)), label: LABEL },
    { folder: '/out', redisImage: 'redis:7', appendFsync: 'always' },
  );
const kubernetes = async (
  yaml: string,
  minimal = false,
  namespace: string | null = null,
): Promise<readonly ExportedFile[]> =>
  buildManifests(
    { ...(await planned(yaml)), label: LABEL },
    {
      namespace,
      scaling: minimal ? null : { prometheusUrl: 'http://prometheus:9090', namespace: 'team' },
      isMonitored: !minimal,
      monitoringNamespace: 'monitoring',
    },
  );

for (const [kind, of] of [
  [COMPOSE_EXPORT, compose],
  [KUBERNETES_EXPORT, kubernetes],
] as const) {
  test(`an export to ${kind.name} leaves nothing of the one before, and everything of others`, async () => {
    const folder = makeTempDir();
    await replaceExport(folder, kind, LABEL, await of(WORDS + TEXTS));
    const own = ['api-own.yaml', 'tensorflow-own.config', 'docker-compose.override.yml'];
    for (const name of own) writeFileSync(join(folder, name), 'mine: yes # Written by pons export\n');
    const files = await of(WORDS);
    const { removed } = await replaceExport(folder, kind, LABEL, files);
    assert.equal(removed, kind === COMPOSE_EXPORT ? ['tensorflow-texts.config'] : ['api-texts.yaml']);
    assert.equal(readdirSync(folder).sort(), [...files.map(({ path }) => path), ...own].sort());
  });

  test(`every file of an export to ${kind.name} has a name of its kind, and is no part of a project that it lies in`, async () => {
    const files = await of(WORDS + TEXTS);
    for (const { path } of files) assert.match(path, kind.files);
    const root = makeTempDir();
    await replaceExport(join(root, 'exported'), kind, LABEL, files);
    // What is merely called so is.
    writeFileSync(join(root, 'docker-compose.yml'), 'services: {}\n');
    const listed = await listProjectFiles({ root, configFile: join(root, 'cortex.yaml'), stateDir: '/nowhere' });
    assert.equal(
      listed.files.map(({ path }) => path),
      ['docker-compose.yml'],
    );
    assert.ok(existsSync(join(root, 'exported', files[0]?.path ?? '')));
  });
}

test('what is written can be read by whoever a container runs as, whatever the umask is and the file before was', async () => {
  const folder = makeTempDir();
  const files = await compose(TEXTS);
  writeFileSync(join(folder, 'docker-compose.yml'), files[0]?.text ?? '', { mode: 0o600 });
  const before = process.umask(0o077);
  try {
    await replaceExport(folder, COMPOSE_EXPORT, LABEL, files);
  } finally {
    process.umask(before);
  }
  for (const { path } of files) assert.is(statSync(join(folder, path)).mode & 0o777, 0o644, path);
});

test('the two kinds of export share a folder', async () => {
  const folder = makeTempDir();
  await replaceExport(folder, COMPOSE_EXPORT, LABEL, await compose(TEXTS));
  const { removed } = await replaceExport(folder, KUBERNETES_EXPORT, LABEL, await kubernetes(TEXTS));
  assert.equal(removed, []);
});

test('the services that docker-compose goes on running are told', async () => {
  const [both, one] = [await compose(WORDS + TEXTS), await compose(WORDS)];
  assert.equal(orphansOf(both, one), ['api-texts', 'tensorflow-texts']);
  assert.equal(orphansOf(one, both), []);
  assert.equal(orphansOf([], both), []);
});

test('the objects that kubectl apply leaves in the cluster are told', async () => {
  const scaled = WORDS.replace('p.py}', 'p.py}, autoscaling: {max_replicas: 3}');
  const left = leftInCluster(await kubernetes(scaled + TEXTS), await kubernetes(WORDS, true));
  assert.equal([...left].sort(), [
    'configmap/api-texts-tensorflow-serving',
    'deployment/api-texts',
    'poddisruptionbudget/api-texts',
    'scaledobject/api-texts',
    'scaledobject/api-words',
    'service/api-texts',
    'servicemonitor/project',
  ]);
  assert.equal(leftInCluster([], await kubernetes(WORDS)), []);
});

test('of an export to another namespace all objects are left, and of one to no certain one those that are no more', async () => {
  const [nowhere, here, there] = [
    await kubernetes(WORDS + TEXTS, true),
    await kubernetes(WORDS, true, 'here'),
    await kubernetes(WORDS, true, 'there'),
  ];
  const objects = leftInCluster(here, there);
  for (const name of ['gateway', 'api-words'])
    for (const kind of ['deployment', 'service', 'poddisruptionbudget']) assert.ok(objects.includes(`${kind}/${name}`));
  assert.ok(leftInCluster(nowhere, here).includes('deployment/api-texts'));
  assert.not(leftInCluster(nowhere, here).includes('deployment/api-words'));
  assert.equal([leftInCluster(here, nowhere), leftInCluster(here, here)], [[], []]);
});

test('where only one of two exports is for a certain namespace, it is said that the other may be elsewhere', async () => {
  const [nowhere, here, there] = [
    await kubernetes(WORDS),
    await kubernetes(WORDS, true, 'here'),
    await kubernetes(WORDS, true, 'there'),
  ];
  assert.match(perhapsElsewhere(nowhere, here) ?? '', /applied to: where that is not here,/);
  assert.match(perhapsElsewhere(here, nowhere) ?? '', /^The export before was for the namespace here:/);
  for (const [earlier, files] of [
    [[], here],
    [here, here],
    [here, there],
    [nowhere, nowhere],
  ] as const)
    assert.is(perhapsElsewhere(earlier, files), null);
});

test.run();
