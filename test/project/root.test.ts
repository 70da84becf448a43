import { execFileSync } from 'node:child_process';
import { chmodSync, symlinkSync } from 'node:fs';
import { join, relative } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { resolveProject } from '../../runtime/project/root.ts';
import { asOrdinaryUser, knownError } from './support/errors.ts';
import { makeTree } from './support/tree.ts';

test('a folder is a project by its cortex.yaml', async () => {
  const root = makeTree({ 'cortex.yaml': '' });
  const expected = { root, configFile: join(root, 'cortex.yaml') };
  assert.equal(await resolveProject(root), expected);
  assert.equal(await resolveProject(`${root}/`), expected);
  assert.equal(await resolveProject(relative(process.cwd(), root)), expected);
});

test('a configuration file of any name makes its folder the project', async () => {
  const root = makeTree({ 'other.yaml': '', 'cortex.yaml': '' });
  assert.equal(await resolveProject(join(root, 'other.yaml')), { root, configFile: join(root, 'other.yaml') });
});

test('a link to a project is where the link lies', async () => {
  const root = makeTree({ 'real/cortex.yaml': '' });
  symlinkSync('real', join(root, 'link'));
  assert.is((await resolveProject(join(root, 'link'))).root, join(root, 'link'));
});

test('a path with nothing there is an error that hints at a neighbour whose name is nearly the same', async () => {
  const root = makeTree({ 'Iris/cortex.yaml': '', 'api.yml': '' });
  for (const [written, near] of [
    ['iris', 'Iris'],
    ['api.yaml', 'api.yml'],
    ['api', 'api.yml'],
  ] as const) {
    const error = await knownError(resolveProject(join(root, written)), 'PONS_ERR_PROJECT_NOT_FOUND');
    assert.ok(error.message.includes(join(root, written)), error.message);
    assert.ok(error.message.includes(`Did you mean ${join(root, near)}?`), error.message);
  }
  const error = await knownError(resolveProject(join(root, 'nothing', 'like', 'it')), 'PONS_ERR_PROJECT_NOT_FOUND');
  assert.not.match(error.message, 'Did you mean');
  await knownError(resolveProject(join(root, 'api.yml', 'below')), 'PONS_ERR_PROJECT_NOT_FOUND');
});

test('a folder without cortex.yaml is an error that says what was looked for and which YAML files there are', async () => {
  const others = makeTree({ 'cortex.yml': '', 'api.yaml': '', 'predictor.py': '' });
  const error = await knownError(resolveProject(others), 'PONS_ERR_PROJECT_NO_CONFIG');
  assert.match(error.message, 'has no cortex.yaml');
  assert.match(error.message, 'api.yaml, cortex.yml');
  const empty = await knownError(resolveProject(makeTree({})), 'PONS_ERR_PROJECT_NO_CONFIG');
  assert.match(empty.message, 'no other YAML file');
});

test('a Python file is no configuration file', async () => {
  const root = makeTree({ 'cortex.yaml': '', 'predictor.py': '' });
  const error = await knownError(resolveProject(join(root, 'predictor.py')), 'PONS_ERR_PROJECT_PYTHON_FILE');
  assert.match(error.message, 'predictor.py is a Python file');
});

test('a FIFO, or a folder called cortex.yaml, is refused and never opened', async () => {
  const root = makeTree({ 'cortex.yaml/inside': '' });
  await knownError(resolveProject(root), 'PONS_ERR_PROJECT_CONFIG_NOT_FILE');
  execFileSync('mkfifo', [join(root, 'pipe.yaml')]);
  await knownError(resolveProject(join(root, 'pipe.yaml')), 'PONS_ERR_PROJECT_CONFIG_NOT_FILE');
});

test('what may not be read is an error that names it', async () => {
  const root = makeTree({ 'closed/cortex.yaml': '', 'open/cortex.yaml': '' });
  chmodSync(root, 0o755);
  chmodSync(join(root, 'closed'), 0o000);
  chmodSync(join(root, 'open', 'cortex.yaml'), 0o000);
  for (const [path, named] of [
    ['closed', 'closed'],
    ['closed/cortex.yaml', 'closed/cortex.yaml'],
    ['open', 'open/cortex.yaml'],
  ] as const) {
    const error = await asOrdinaryUser(() =>
      knownError(resolveProject(join(root, path)), 'PONS_ERR_PROJECT_UNREADABLE'),
    );
    assert.ok(error.message.startsWith(`${join(root, named)} cannot be read (permission denied`), error.message);
  }
  chmodSync(join(root, 'closed'), 0o755);
});

test.run();
