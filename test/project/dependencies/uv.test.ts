import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { makeTempDir } from '../../support/temp-dir.ts';
import { makeTree } from '../support/tree.ts';
import { prepare, runPython, withoutUv, writeScript, type Prepared } from './support/prepare.ts';
import { environmentWithUv } from './support/uv.ts';

const environment = environmentWithUv();

function completeOf(stateDir: string): string[] {
  const home = join(stateDir, 'environments');
  return readdirSync(home).flatMap((key) => readdirSync(join(home, key)).map((name) => join(home, key, name)));
}

test('uv installs where it is on the PATH, and what is missing of the preinstalled packages below the pins of the user', async () => {
  const projectDir = makeTree({
    'requirements.txt': 'urllib3==1.26.18\nmsgpack==1.0.7\n',
    'predictor.py': 'import msgpack\nfrom requests import get\n',
  });
  const stateDir = makeTempDir();
  const first = await prepare({ projectDir, stateDir, environment });
  assert.ok(first.said.includes('Installing requirements.txt with uv'), first.said.join('\n'));
  assert.ok(
    first.said.some((line) => line.startsWith('Installing requests, which the project imports')),
    first.said.join('\n'),
  );
  const versions = runPython(
    first.executable,
    'import urllib3, msgpack, requests; print(urllib3.__version__, msgpack.version)',
  );
  assert.is(versions, '1.26.18 (1, 0, 7)');
  assert.equal((await prepare({ projectDir, stateDir, environment })).said, []);

  writeFileSync(join(projectDir, 'more.py'), 'import jinja2\n');
  const more = await prepare({ projectDir, stateDir, environment });
  assert.is(runPython(more.executable, 'import urllib3, requests, jinja2; print(urllib3.__version__)'), '1.26.18');
  assert.equal((await prepare({ projectDir, stateDir, environment })).executable, more.executable);
});

test('a package of the project that is installed in place outlives the snapshot, and is installed again when it changes', async () => {
  const setup = 'from setuptools import setup\nsetup(name="mine", version="1", py_modules=["mine"])\n';
  const tree = { 'requirements.txt': '-e ./pkg\n', 'pkg/setup.py': setup, 'pkg/mine.py': 'value = 1\n' };
  const stateDir = makeTempDir();
  const snapshot = makeTree(tree);
  const first = await prepare({ projectDir: snapshot, stateDir, environment });
  rmSync(snapshot, { recursive: true });
  assert.is(runPython(first.executable, 'import mine; print(mine.value)'), '1');
  const again = await prepare({ projectDir: makeTree(tree), stateDir, environment });
  assert.equal([again.executable, again.said], [first.executable, []]);
  const changed = await prepare({
    projectDir: makeTree({ ...tree, 'pkg/mine.py': 'value = 2\n' }),
    stateDir,
    environment,
  });
  assert.is(runPython(changed.executable, 'import mine; print(mine.value)'), '2');
});

test('where uv cannot, pip tries', async () => {
  const bin = makeTempDir();
  writeScript(
    join(bin, 'uv'),
    `#!/bin/sh\n[ "$1" = pip ] && { echo "uv is not willing" >&2; exit 2; }\nexec ${uvPath()} "$@"\n`,
  );
  const unwilling = { ...environment, PATH: `${bin}:${withoutUv.PATH}` };
  const { said, executable } = await prepare({
    projectDir: makeTree({ 'requirements.txt': 'six\n' }),
    environment: unwilling,
  });
  assert.ok(
    said.includes('uv is not willing') && said.includes('uv ended with exit code 2; trying again with pip'),
    said.join('\n'),
  );
  assert.is(runPython(executable, 'import six; print("found")'), 'found');
});

test('two at once do not collide, and one of their environments is used from then on', async () => {
  const projectDir = makeTree({ 'requirements.txt': 'iniconfig\n' });
  const stateDir = makeTempDir();
  const both = await Promise.all([
    prepare({ projectDir, stateDir, environment }),
    prepare({ projectDir, stateDir, environment }),
  ]);
  for (const { executable } of both) assert.is(runPython(executable, 'import iniconfig; print("found")'), 'found');
  const later: Prepared = await prepare({ projectDir, stateDir, environment });
  assert.equal(later.said, []);
  assert.ok(both.some(({ executable }) => executable === later.executable));
});

test('an abort stops an installation and leaves nothing behind', async () => {
  const stateDir = makeTempDir();
  const controller = new AbortController();
  const say = (line: string): void => {
    if (line.startsWith('Installing')) controller.abort(new Error('stopped by the test'));
  };
  const projectDir = makeTree({ 'requirements.txt': 'iniconfig\n' });
  const preparing = prepare({ projectDir, stateDir, environment, signal: controller.signal, say });
  const error: unknown = await preparing.catch((thrown: unknown) => thrown);
  assert.is(error instanceof Error && error.message, 'stopped by the test');
  assert.equal(completeOf(stateDir), []);
});

function uvPath(): string {
  return join((environment['PATH'] ?? '').split(':')[0] ?? '', 'uv');
}

test.run();
