import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { pons } from '../support/pons.ts';
import { makeProject } from '../support/project.ts';
import { makeTempDir } from '../support/temp-dir.ts';

const api = (name: string, models: string) =>
  `- {name: ${name}, kind: AsyncAPI, predictor: {type: onnx, path: model.py, models: {${models}}}}\n`;

const root = makeProject({
  'cortex.yaml': [
    ...[api('one', 'path: models/one'), api('two', 'dir: ./more/'), api('hidden', 'path: .weights')],
    ...[api('ignored', 'path: ignored/m.onnx'), api('both', 'paths: [{name: a, path: models/one}]')],
    ...[api('inside', 'path: more/two'), api('missing', 'path: models/none')],
    '- {name: plain, kind: AsyncAPI, predictor: {type: python, path: model.py}}\n',
  ].join(''),
  '.cortexignore': 'ignored/\n*.bin\n',
  'model.py': '',
  'models/one/model.onnx': '',
  'models/one/large.bin': '',
  'models/notes.txt': '',
  'more/two/model.onnx': '',
  'more/labels.txt': '',
  '.weights/model.onnx': '',
  '.weights/.cache': '',
  'ignored/m.onnx': '',
  'ignored/m.onnx.data': '',
  'ignored/other.onnx': '',
});
const OWN = ['cortex.yaml', 'model.py', 'models/notes.txt'];
const MODELS = [
  ...['.weights/model.onnx', 'ignored/m.onnx', 'ignored/m.onnx.data', 'models/one/large.bin', 'models/one/model.onnx'],
  ...['more/labels.txt', 'more/two/model.onnx'],
];
const APIS = ['one', 'two', 'hidden', 'ignored', 'both', 'inside', 'missing', 'plain'];

/** What the image of each API would have of the project, and what is said of it. */
async function write(args: readonly string[]) {
  const folder = join(makeTempDir(), 'written');
  const ran = await pons(['build', root, '--dockerfile-only', folder, ...args]);
  assert.is(ran.code, 0, ran.stderr);
  const filesOf = (name: string, layer: string): string[] => {
    const cwd = join(folder, name, 'files', layer);
    if (!existsSync(cwd)) return [];
    const found = execFileSync('find', ['.', '-type', 'f'], { cwd, encoding: 'utf8' }).trim().split('\n');
    return found.map((path) => path.slice('./'.length)).sort();
  };
  return { filesOf, said: ran.stderr };
}

test('no image has models of the project, of whichever API, and each place is told once', async () => {
  const all = await write([]);
  for (const name of APIS) {
    assert.equal(all.filesOf(name, 'project'), OWN);
    assert.equal(all.filesOf(name, 'models'), []);
  }
  const alone = await write(['--api', 'plain']);
  assert.equal(alone.filesOf('plain', 'project'), OWN);
  for (const { said } of [all, alone]) {
    const places = [
      ...said.matchAll(/([\w./]+) is not in the images: mount it at \/mnt\/project\/(\S+) in the container/g),
    ];
    const expected = ['.weights', 'ignored/m.onnx', 'ignored/m.onnx.data', 'models/one', 'more'];
    assert.equal(
      places.map(([, place, mounted]) => [place, mounted]),
      expected.map((place) => [place, place]),
    );
  }
});

test('with --bake-models each image has all of them in a layer of their own, those that no predictor sees too', async () => {
  const all = await write(['--bake-models']);
  const alone = await write(['--bake-models', '--api', 'plain']);
  for (const [written, names] of [
    [all, APIS],
    [alone, ['plain']],
  ] as const)
    for (const name of names) {
      assert.equal(written.filesOf(name, 'project'), OWN);
      assert.equal(written.filesOf(name, 'models'), MODELS);
    }
  assert.not.match(all.said, 'mount it');
});

test.run();
