import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { pons } from '../support/pons.ts';
import { makeProject, oneApi, predicting } from '../support/project.ts';

const FILES = { 'cortex.yaml': oneApi(), 'predictor.py': predicting('return {}') };
const write = (root: string, folder: string) => pons(['build', root, '--dockerfile-only', folder]);

test('a folder of the project that bears the name of an API is never touched', async () => {
  const root = makeProject({ ...FILES, 'api/own.py': 'OWN = 1\n' });
  const ran = await write(root, root);
  assert.is(ran.code, 2);
  assert.match(ran.stderr, `${join(root, 'api')} is there already`);
  assert.match(ran.stderr, 'PONS_ERR_BUILD_FOLDER_FOREIGN');
  assert.is(readFileSync(join(root, 'api/own.py'), 'utf8'), 'OWN = 1\n');
  assert.not(existsSync(join(root, 'api/Dockerfile')));
});

test('a file in the place of the folder is never touched', async () => {
  const root = makeProject({ ...FILES, 'out/api': 'mine' });
  assert.match((await write(root, join(root, 'out'))).stderr, 'PONS_ERR_BUILD_FOLDER_FOREIGN');
  assert.is(readFileSync(join(root, 'out/api'), 'utf8'), 'mine');
});

test('what was written before is replaced, and is no part of the project that it lies in', async () => {
  const root = makeProject({ ...FILES, 'old.py': '' });
  assert.is((await write(root, join(root, 'out'))).code, 0);
  writeFileSync(join(root, '.cortexignore'), 'old.py\n');
  const ran = await write(root, join(root, 'out'));
  assert.is(ran.code, 0, ran.stderr);
  const project = join(root, 'out/api/files/project');
  assert.ok(existsSync(join(project, 'predictor.py')));
  assert.not(existsSync(join(project, 'out')));
  assert.not(existsSync(join(project, 'old.py')));
});

test('what somebody has added to is theirs', async () => {
  const root = makeProject(FILES);
  await write(root, join(root, 'out'));
  writeFileSync(join(root, 'out/api/notes.txt'), 'mine');
  assert.match((await write(root, join(root, 'out'))).stderr, 'PONS_ERR_BUILD_FOLDER_FOREIGN');
  assert.is(readFileSync(join(root, 'out/api/notes.txt'), 'utf8'), 'mine');
});

test.run();
