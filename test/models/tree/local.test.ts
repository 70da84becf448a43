import { mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { makeTree } from '../../project/support/tree.ts';
import { savedModel } from '../support/files.ts';
import { versionsIn, withTree } from '../support/open-tree.ts';

const at = (path: string) => ({ kind: 'path', path }) as const;
const dir = (path: string) => ({ kind: 'dir', dir: path }) as const;

/** Layouts that are served: the files, the location, and the versions with what is opened of each. */
const SERVED: readonly (readonly [title: string, files: Record<string, string>, path: string, opened: object])[] = [
  ['a file', { 'm/a.onnx': '' }, 'm/a.onnx', { '1': 'm/a.onnx' }],
  ['a file with a space and umlauts', { 'm/größe 1.onnx': '' }, 'm/größe 1.onnx', { '1': 'm/größe 1.onnx' }],
  ['a plain folder', { 'm/a.onnx': '' }, 'm', { '1': 'm/a.onnx' }],
  ['a location that ends in a slash', { 'm/a.onnx': '' }, 'm/', { '1': 'm/a.onnx' }],
  [
    'external data beside the model',
    { 'm/a.onnx': '', 'm/a.onnx.data': '', 'm/w/0.bin': '' },
    'm',
    { '1': 'm/a.onnx' },
  ],
  [
    'notes and labels beside the model',
    { 'm/a.onnx': '', 'm/README.md': '', 'm/labels.txt': '' },
    'm',
    { '1': 'm/a.onnx' },
  ],
  [
    'numbered folders, by value',
    { 'm/9/a.onnx': '', 'm/10/b.onnx': '', 'm/1611050714/c.onnx': '' },
    'm',
    { '9': 'm/9/a.onnx', '10': 'm/10/b.onnx', '1611050714': 'm/1611050714/c.onnx' },
  ],
  [
    'notes beside numbered folders',
    { 'm/2/a.onnx': '', 'm/README.md': '', 'm/docs/x.txt': '' },
    'm',
    { '2': 'm/2/a.onnx' },
  ],
  [
    'hidden files and folders, which do not count',
    { 'm/a.onnx': '', 'm/.DS_Store': '', 'm/._a.onnx': '', 'm/.b.onnx': '', 'm/.git/1/x.onnx': '' },
    'm',
    { '1': 'm/a.onnx' },
  ],
];

for (const [title, files, path, opened] of SERVED) {
  test(`ONNX: ${title}`, async () => {
    const projectRoot = makeTree(files);
    await withTree({ source: at(path), projectRoot }, async (tree) => {
      const versions = tree.models.get('_cortex_default') ?? [];
      const paths = await Promise.all(
        versions.map(async (one) => [one.version, (await tree.fetch(one)).path] as const),
      );
      const expected = Object.entries(opened).map(([version, file]) => [version, join(projectRoot, String(file))]);
      assert.equal(Object.fromEntries(paths), Object.fromEntries(expected));
      assert.equal(
        versions.map(({ version }) => version),
        [...Object.keys(opened)].sort((a, b) => Number(a) - Number(b)),
      );
      assert.ok(tree.isSingle);
    });
  });
}

for (const [title, files, opened] of [
  ['a plain SavedModel', savedModel('m'), { '1': 'm' }],
  ['numbered SavedModels', { ...savedModel('m/3'), ...savedModel('m/20') }, { '3': 'm/3', '20': 'm/20' }],
  [
    'assets and fingerprints beside the graph',
    { ...savedModel('m'), 'm/assets/vocab': '', 'm/fingerprint.pb': '' },
    { '1': 'm' },
  ],
] as const) {
  test(`TensorFlow: ${title}`, async () => {
    const projectRoot = makeTree(files);
    await withTree({ type: 'tensorflow', source: at('m'), projectRoot }, async (tree) => {
      const versions = tree.models.get('_cortex_default') ?? [];
      const paths = await Promise.all(
        versions.map(async (one) => [one.version, (await tree.fetch(one)).path] as const),
      );
      assert.equal(
        paths,
        Object.entries(opened).map(([version, path]) => [version, join(projectRoot, path)]),
      );
    });
  });
}

test('TensorFlow: a model without variables has an empty folder for them', async () => {
  const projectRoot = makeTree({ 'm/saved_model.pb': '' });
  mkdirSync(join(projectRoot, 'm', 'variables'));
  await withTree({ type: 'tensorflow', source: at('m'), projectRoot }, (tree) => {
    assert.equal(versionsIn(tree), ['_cortex_default/1']);
    return Promise.resolve();
  });
});

test('each folder of models.dir is a model of its name, plain or with versions', async () => {
  const projectRoot = makeTree({
    'all/iris/a.onnx': '',
    'all/Text Größe/2/b.onnx': '',
    'all/README.md': '',
    'all/.x/c': '',
  });
  await withTree({ source: dir('all'), projectRoot }, (tree) => {
    assert.equal(versionsIn(tree).sort(), ['Text Größe/2', 'iris/1']);
    assert.not.ok(tree.isSingle);
    return Promise.resolve();
  });
});

test('models.paths has each model where it says', async () => {
  const projectRoot = makeTree({ 'a/x.onnx': '', 'b/7/y.onnx': '' });
  const paths = ['a/x.onnx', 'b'].map((path, at) => ({ name: `m${at}`, path, signatureKey: null }));
  await withTree({ source: { kind: 'paths', paths }, projectRoot }, (tree) => {
    assert.equal(versionsIn(tree), ['m0/1', 'm1/7']);
    return Promise.resolve();
  });
});

test('links are followed, and one to a folder that it lies in is walked once', async () => {
  const elsewhere = makeTree({ 'real.onnx': 'content' });
  const projectRoot = makeTree({ 'm/note': '' });
  symlinkSync(join(elsewhere, 'real.onnx'), join(projectRoot, 'm', 'a.onnx'));
  symlinkSync('..', join(projectRoot, 'm', 'up'));
  symlinkSync('nowhere', join(projectRoot, 'm', 'dangling'));
  await withTree({ source: at('m'), projectRoot }, async (tree) => {
    const [version] = tree.models.get('_cortex_default') ?? [];
    assert.ok(version);
    assert.is(readFileSync((await tree.fetch(version)).path, 'utf8'), 'content');
  });
});

test.run();
