import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { asOrdinaryUser, knownError } from '../../project/support/errors.ts';
import { makeTree } from '../../project/support/tree.ts';
import { put, savedModel } from '../support/files.ts';
import { openTree, untilTree, versionsIn, withTree } from '../support/open-tree.ts';

const at = (path: string) => ({ kind: 'path', path }) as const;
const folderOf = (path: string) => ({ kind: 'dir', dir: path }) as const;

const ONNX: readonly (readonly [files: Record<string, string>, says: RegExp])[] = [
  [
    { 'm/a.onnx': '', 'm/b.onnx': '' },
    /^The model at m has 2 \.onnx files \(a\.onnx, b\.onnx\), but must have exactly one\./,
  ],
  [{ 'm/README.md': '' }, /^The model at m has no \.onnx file\./],
  [{ 'm/a.onnx': '', 'm/1/b.onnx': '' }, /has both model files and version folders \(1\)/],
  [{ 'm/v1/a.onnx': '' }, /folders that hold a model but whose names are no integers: v1/],
  [{ 'm/1/a.onnx': '', 'm/latest/a.onnx': '' }, /whose names are no integers: latest/],
  [{ 'm/1/a.onnx': '', 'm/2/x.txt': '' }, /^Version 2 of the model at m has no \.onnx file/],
  [{ 'm/1/a.onnx': '', 'm/2/a.onnx': '', 'm/2/b.onnx': '' }, /^Version 2 of the model at m has 2 \.onnx files/],
  [{ 'm/7/a.onnx': '', 'm/007/a.onnx': '' }, /several folders for one version: 00?7, 0*7/],
  [{ 'm/.hidden.onnx': '' }, /^The model at m is empty/],
  [{ 'm/model.onnx/x.txt': '' }, /^The model at m has no \.onnx file: model\.onnx is a folder\./],
  [{ m: '' }, /^The model at m is a file whose name does not end in \.onnx/],
];

const TENSORFLOW: readonly (readonly [files: Record<string, string>, says: RegExp])[] = [
  [{ 'm/saved_model.pb': '' }, /^The model at m has no folder variables\/\./],
  [{ 'm/variables/variables.index': '' }, /has no saved_model\.pb/],
  [{ 'm/saved_model.pb': '', 'm/variables/variables.index': '' }, /has no variables\/variables\.data-\*/],
  [{ 'm/saved_model.pb': '', 'm/variables/variables.data-00000-of-00001': '' }, /has no variables\/variables\.index/],
  [{ ...savedModel('m/export') }, /names are no integers: export/],
  [{ ...savedModel('m'), ...savedModel('m/1') }, /both model files and version folders/],
  [{ m: '' }, /^The model at m is a file; a folder with a SavedModel was expected/],
];

for (const [type, rows] of [
  ['onnx', ONNX],
  ['tensorflow', TENSORFLOW],
] as const) {
  for (const [files, says] of rows) {
    test(`${type}: ${Object.keys(files).join(', ')} is refused`, async () => {
      const opening = openTree({ type, source: at('m'), projectRoot: makeTree(files), needsAll: true });
      assert.match((await knownError(opening, 'PONS_ERR_MODELS_LAYOUT')).message, says);
    });
  }
}

test('a pipe, which would be read for ever, is told as what it is not', async () => {
  const projectRoot = makeTree({ 'm/README.md': '', 'n/README.md': '' });
  execFileSync('mkfifo', [join(projectRoot, 'm/model.onnx')]);
  const inFolder = await knownError(openTree({ source: at('m'), projectRoot }), 'PONS_ERR_MODELS_LAYOUT');
  assert.match(inFolder.message, /^The model at m has no \.onnx file: model\.onnx is neither a file nor a folder\./);
  assert.match(inFolder.message, /─ model\.onnx\n.*─ README\.md|─ README\.md\n.*─ model\.onnx/);
  const named = await knownError(openTree({ source: at('m/model.onnx'), projectRoot }), 'PONS_ERR_MODELS_UNREADABLE');
  assert.match(named.message, 'm/model.onnx cannot be read (it is neither a file nor a folder)');
});

test('the layouts that are expected are drawn beside what was found', async () => {
  const projectRoot = makeTree({ 'm/a.onnx': '', 'm/b.onnx': '', 'm/data/w.bin': '' });
  const error = await knownError(openTree({ source: at('m'), projectRoot }), 'PONS_ERR_MODELS_LAYOUT');
  assert.equal(error.message.split('\n').slice(1), [
    '    expected              found',
    '    m/                    m/',
    '    └── model.onnx        ├── a.onnx',
    '    or                    ├── b.onnx',
    '    m/                    └── data/',
    '    ├── 1/                    └── w.bin',
    '    │   └── model.onnx',
    '    └── 2/',
    '        └── model.onnx',
  ]);
});

test('a drawing of hundreds of files is cut short', async () => {
  const files = Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`m/${index}.txt`, '']));
  const error = await knownError(openTree({ source: at('m'), projectRoot: makeTree(files) }), 'PONS_ERR_MODELS_LAYOUT');
  assert.match(error.message, /\.\.\. and 285 more/);
  assert.ok(error.message.split('\n').length < 25);
});

test('an empty model folder is drawn as empty', async () => {
  const projectRoot = makeTree({});
  mkdirSync(join(projectRoot, 'm'));
  const error = await knownError(openTree({ source: at('m'), projectRoot }), 'PONS_ERR_MODELS_LAYOUT');
  assert.match(error.message, /The model at m is empty\.\n[^]*\(empty\)/);
});

test('a location with nothing there is named', async () => {
  const error = await knownError(openTree({ source: at('models/none') }), 'PONS_ERR_MODELS_NOT_FOUND');
  assert.is(error.message, 'The model is missing: there is nothing at models/none.');
});

test('a start does without a version beside good ones, and says so once', async () => {
  const projectRoot = makeTree({ 'm/1/a.onnx': '', 'm/2/x.txt': '', 'm/10/a.onnx': '' });
  const logged: string[] = [];
  await withTree({ source: at('m'), projectRoot, logged }, async (tree) => {
    assert.equal(versionsIn(tree), ['_cortex_default/1', '_cortex_default/10']);
    put(projectRoot, 'm/11/a.onnx', '');
    await untilTree(tree, 'another version', () => versionsIn(tree).length === 3);
    assert.is(logged.length, 1);
    assert.match(logged[0] ?? '', /^error: Version 2 of the model at m has no \.onnx file/);
    assert.match(
      logged[0] ?? '',
      /\nThe model is served without it\.\n {2}Arrange the files .* \[PONS_ERR_MODELS_LAYOUT\]$/,
    );
  });
});

test('a start fails by a model whose versions are all wrong, though others are good', async () => {
  const projectRoot = makeTree({ 'all/m/1/x.txt': '', 'all/good/1/a.onnx': '' });
  const opening = openTree({ source: folderOf('all'), projectRoot });
  assert.match((await knownError(opening, 'PONS_ERR_MODELS_LAYOUT')).message, /^Version 1 of the model at all\/m /);
});

for (const [files, says] of [
  [
    { 'all/a.onnx': '', 'all/notes.txt': '' },
    /^The folder of models all holds a model's files directly \(a\.onnx, notes\.txt\)/,
  ],
  [{ 'all/notes.txt': '' }, /^The folder of models all holds no folder/],
  [{ 'all/iris/a.onnx': '', 'all/text/x.txt': '' }, /^The model "text" at all\/text has no \.onnx file/],
  [{ all: '' }, /^The folder of models all is a file/],
] as const) {
  test(`models.dir: ${Object.keys(files).join(', ')} is refused`, async () => {
    const opening = openTree({ source: folderOf('all'), projectRoot: makeTree(files) });
    assert.match((await knownError(opening, 'PONS_ERR_MODELS_LAYOUT')).message, says);
  });
}

test('all that is wrong is told at once', async () => {
  const projectRoot = makeTree({ 'a/x.txt': '', 'b/1/x.onnx': '', 'b/x.onnx': '', 'd/x.onnx': '' });
  const paths = ['a', 'b', 'c', 'd'].map((path) => ({ name: `model-${path}`, path, signatureKey: null }));
  const opening = openTree({ source: { kind: 'paths', paths }, projectRoot });
  const { message } = await knownError(opening, 'PONS_ERR_MODELS_SEVERAL');
  assert.match(message, 'PONS_ERR_MODELS_NOT_FOUND: The model "model-c" is missing');
  assert.match(message, 'PONS_ERR_MODELS_LAYOUT: The model "model-a" at a has no .onnx file');
  assert.match(message, 'The model "model-b" at b has both model files');
});

test('files that may not be read are an error that names them', async () => {
  const projectRoot = makeTree({ 'm/1/a.onnx': '' });
  chmodSync(join(projectRoot, 'm', '1'), 0o000);
  chmodSync(projectRoot, 0o755);
  const opening = () => knownError(openTree({ source: at('m'), projectRoot }), 'PONS_ERR_MODELS_UNREADABLE');
  const { message } = await asOrdinaryUser(opening);
  assert.match(message, /^The model files at m cannot be read \(permission denied\)/);
});

test('a start that is given up looks no more', async () => {
  const reason = new Error('given up');
  const opening = openTree({ source: at('m'), signal: AbortSignal.abort(reason) });
  assert.is(await opening.catch((error: unknown) => error), reason);
});

test.run();
