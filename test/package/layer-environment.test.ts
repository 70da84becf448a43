import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ROOT } from '../support/containers/images.ts';
import { makeProject } from '../support/project.ts';

const PROGRAM = `
import json, sys
sys.path.insert(0, sys.argv[1])
import environment
folder = sys.argv[2] + "/"
environment.PROJECT = environment.SECRETS = folder
environment.SOURCED, environment.DOTENV = [folder + "machine", folder + "environment.sh"], folder + "dotenv"
environment.UNNAMED = folder + "unnamed.json"
print(json.dumps(environment.step_environment()))
`;

type Variables = Readonly<Record<string, string>>;

/** What the step of a build gets from these files, and what of that `.env` has set. */
function read(files: Variables) {
  const folder = makeProject({ 'unnamed.json': '{}', ...files });
  const args = ['-B', '-c', PROGRAM, join(ROOT, 'runtime/package/layer'), folder];
  const { status, stdout, stderr } = spawnSync('python3', args, { encoding: 'utf8' });
  const [environment, dotenv] = (status === 0 ? JSON.parse(stdout) : [{}, {}]) as [Variables, Variables];
  return { status, stderr, environment, dotenv };
}

for (const [text, variables] of [
  ['export A=1 API_TOKEN=hidden-4711\n', { A: '1', API_TOKEN: 'hidden-4711' }],
  ['declare -x API_TOKEN=hidden-4711\n', { API_TOKEN: 'hidden-4711' }],
  ['API_TOKEN="$(echo hidden)-4711"; set -- x y; cd /\n', { API_TOKEN: 'hidden-4711' }],
  ['if true; then\n  API_TOKEN="$MODE-4711"\nfi\nMODE=b\n', { API_TOKEN: 'a-4711', MODE: 'b' }],
  ["PATH=/nowhere\nA='1\n\n2'\n", { PATH: '/nowhere', A: '1\n\n2' }],
] as const) {
  test(`what bash sets by ${JSON.stringify(text)} is of .env, and nothing else`, () => {
    const { environment, dotenv } = read({ dotenv: text, 'environment.sh': "MODE='a'\n", machine: "PIP_PROXY='b'\n" });
    assert.equal(dotenv, variables);
    assert.equal({ ...environment, ...variables, PIP_PROXY: 'b' }, environment);
  });
}

test('a project without .env has none', () => {
  const { environment, dotenv } = read({ 'environment.sh': "MODE='a'\n" });
  assert.equal(dotenv, {});
  assert.is(environment['MODE'], 'a');
});

test('a .env that ends the shell is told in a sentence', () => {
  for (const dotenv of ['exit 1\n', 'A=1\nexit\n', 'set -e\nfalse\n']) {
    const { status, stderr } = read({ dotenv });
    assert.is(status, 1);
    assert.is(stderr, '.env ends the shell that reads it\n');
  }
});

test.run();
