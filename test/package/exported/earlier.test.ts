import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { buildCompose, COMPOSE_EXPORT } from '../../../runtime/package/compose/compose-file.ts';
import { readEarlier } from '../../../runtime/package/exported/earlier.ts';
import { replaceExport } from '../../../runtime/package/exported/replace.ts';
import type { ExportedFile } from '../../../runtime/package/exported/write.ts';
import { buildManifests, KUBERNETES_EXPORT } from '../../../runtime/package/kubernetes/manifests.ts';
import { EXPORT_MARK } from '../../../runtime/project/export-mark.ts';
import { planFull } from '../../support/package/full-project.ts';
import { makeTempDir } from '../../support/temp-dir.ts';

const plan = await planFull();
const settings = { namespace: null, scaling: null, isMonitored: false, monitoringNamespace: 'monitoring' };

/** Two exports of the project by this label: with all of its APIs, and without `texts`. */
const composed = (label: string, apis = plan.apis): readonly ExportedFile[] =>
  buildCompose({ ...plan, label, apis }, { folder: '/out', redisImage: 'redis:7', appendFsync: 'always' });
const manifests = (label: string, apis = plan.apis): readonly ExportedFile[] =>
  buildManifests({ ...plan, label, apis }, settings);
const fewer = plan.apis.filter(({ spec }) => spec.name !== 'texts');

for (const [kind, exported, gone] of [
  [COMPOSE_EXPORT, composed, 'tensorflow-texts.config'],
  [KUBERNETES_EXPORT, manifests, 'api-texts.yaml'],
] as const) {
  const first = async (label = 'mine'): Promise<string> => {
    const folder = makeTempDir();
    await replaceExport(folder, kind, label, exported(label));
    return folder;
  };
  const again = (folder: string) => replaceExport(folder, kind, 'mine', exported('mine', fewer));

  test(`a file that the user derived from one of an export to ${kind.name} is left`, async () => {
    const folder = await first();
    const derived = join(folder, gone.replace('texts', 'texts-canary'));
    copyFileSync(join(folder, gone), derived);
    const { removed, notices } = await again(folder);
    assert.equal([removed, notices], [[gone], []]);
    assert.ok(existsSync(derived));
  });

  test(`what the user wrote in place of a file of an export to ${kind.name} is left`, async () => {
    const folder = await first();
    writeFileSync(join(folder, gone), 'mine: yes\n');
    assert.equal((await again(folder)).removed, []);
    assert.ok(existsSync(join(folder, gone)));
  });

  test(`the files of another project's export to ${kind.name} in the same folder are left, and that is said`, async () => {
    const folder = await first('other');
    const { earlier, removed, notices } = await again(folder);
    assert.equal([earlier, removed], [[], []]);
    assert.equal(notices, [`What was in ${folder} is not known to be an export of mine: nothing of it is removed`]);
    assert.ok(existsSync(join(folder, gone)));
    // What it has left is none of the export that has come in its place either.
    assert.equal((await again(folder)).removed, []);
  });

  const index = (text: string): [string, string] => [kind.index, text];
  for (const [title, [path, text]] of [
    [
      'with conflict markers',
      index(`# ${EXPORT_MARK}\n<<<<<<< HEAD\nservices: {}\n=======\nresources: []\n>>>>>>> b\n`),
    ],
    ['with an alias of nothing', index(`# ${EXPORT_MARK}\nservices: *none\nresources: *none\n`)],
  ] as const) {
    test(`an export to ${kind.name} ${title} is written anew, taken for none before, and told`, async () => {
      const folder = await first();
      writeFileSync(join(folder, path), text);
      const { earlier, removed, notices } = await again(folder);
      assert.equal([earlier, removed], [[], []]);
      assert.match(notices.join('\n'), `${join(folder, path)} was no valid YAML`);
      assert.is(
        readFileSync(join(folder, path), 'utf8'),
        exported('mine', fewer).find((one) => one.path === path)?.text,
      );
    });
  }

  for (const text of [
    '',
    'a',
    '[]',
    '{services: 1, resources: 1}',
    '{services: {a, b: {volumes: [c, {source: 1}]}}}',
  ]) {
    test(`an export to ${kind.name} that has become ${JSON.stringify(text)} names no files`, async () => {
      const folder = await first();
      writeFileSync(join(folder, kind.index), `# ${EXPORT_MARK}\n${text}\n`);
      assert.equal(
        (await readEarlier(folder, kind, 'mine')).files.filter(({ path }) => path === gone),
        [],
      );
    });
  }
}

test('a file for Kubernetes that cannot be read is left, and told; the others count', async () => {
  const folder = makeTempDir();
  await replaceExport(folder, KUBERNETES_EXPORT, 'mine', manifests('mine'));
  const broken = join(folder, 'api-words.yaml');
  writeFileSync(broken, `${readFileSync(broken, 'utf8')}<<<<<<< HEAD\n`);
  const fixed = plan.apis.filter(({ spec }) => spec.name === 'fixed');
  const { removed, notices } = await replaceExport(folder, KUBERNETES_EXPORT, 'mine', manifests('mine', fixed));
  assert.equal(removed, ['api-flowers.yaml', 'api-pictures.yaml', 'api-texts.yaml']);
  assert.equal(notices, [`${broken} was no valid YAML: it is not looked at for what the export before had`]);
  assert.ok(existsSync(broken));
});

test('a file that an index names outside of the folder is none of the export', async () => {
  const folder = makeTempDir();
  await replaceExport(folder, KUBERNETES_EXPORT, 'mine', manifests('mine'));
  const outside = join(makeTempDir(), 'api-out.yaml');
  copyFileSync(join(folder, 'api-words.yaml'), outside);
  const kustomization = join(folder, 'kustomization.yaml');
  const own = readFileSync(kustomization, 'utf8');
  // A name that begins as one of the export does.
  mkdirSync(join(folder, 'api-x'));
  for (const named of [outside, relative(folder, outside), `api-x/${relative(join(folder, 'api-x'), outside)}`]) {
    writeFileSync(kustomization, `${own}  - ${named}\n`);
    assert.equal((await replaceExport(folder, KUBERNETES_EXPORT, 'mine', manifests('mine'))).removed, []);
    assert.ok(existsSync(outside), named);
  }
});

test.run();
