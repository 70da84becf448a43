import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { pons } from '../support/pons.ts';
import { makeProject } from '../support/project.ts';
import { makeTempDir } from '../support/temp-dir.ts';

const api = (name: string, models: string) =>
  `- {name: ${name}, kind: AsyncAPI, predictor: {type: onnx, path: model.py, models: {${models}}}}\n`;

const root = makeProject({
  'cortex.yaml': `${api('one', 'path: models/one')}${api('two', 'dir: ./more/')}${api('both', 'paths: [{name: a, path: models/one}, {name: b, path: more/two}]')}`,
  'model.py': '',
  'models/one/model.onnx': '',
  'models/notes.txt': '',
  'more/two/model.onnx': '',
  'more/three/model.onnx': '',
});
const OWN = ['cortex.yaml', 'model.py', 'models/notes.txt'];

/** What the image of each API would have of the project, and what is said of it. */
async function write(args: readonly string[]) {
  const folder = join(makeTempDir(), 'written');
  const ran = await pons(['build', root, '--dockerfile-only', folder, ...args]);
  assert.is(ran.code, 0, ran.stderr);
  const filesOf = (name: string): string[] => {
    const cwd = join(folder, name, 'files/project');
    const found = execFileSync('find', ['.', '-type', 'f'], { cwd, encoding: 'utf8' }).trim().split('\n');
    return found.map((path) => path.slice('./'.length)).sort();
  };
  return { filesOf, said: ran.stderr };
}

test('an image has no models of its project, whichever of its APIs are built beside it', async () => {
  const all = await write([]);
  for (const name of ['one', 'two', 'both']) assert.equal(all.filesOf(name), OWN);
  assert.match(all.said, 'more is not in the images: mount it at /mnt/project/more, or build with --bake-models');
  const alone = await write(['--api', 'one']);
  assert.equal(alone.filesOf('one'), OWN);
  assert.match(alone.said, 'models/one is not in the images: mount it at /mnt/project/models/one, or build with');
  assert.match(alone.said, 'more is not in the images: mount it at /mnt/project/more where one of them reads it');
});

test('with --bake-models it has those of its own API, whichever are built beside it', async () => {
  const [one, two] = ['models/one/model.onnx', ['more/three/model.onnx', 'more/two/model.onnx']] as const;
  const all = await write(['--bake-models']);
  assert.equal(all.filesOf('one'), [...OWN, one].sort());
  assert.equal(all.filesOf('two'), [...OWN, ...two].sort());
  assert.equal(all.filesOf('both'), [...OWN, one, 'more/two/model.onnx'].sort());
  assert.match(all.said, 'models/one is in the images of one, both only: mount it at /mnt/project/models/one where');
  const alone = await write(['--bake-models', '--api', 'two']);
  assert.equal(alone.filesOf('two'), all.filesOf('two'));
  assert.match(alone.said, 'models/one is not in the images: mount it at /mnt/project/models/one where one of them');
});

test.run();
