import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { pons } from '../support/pons.ts';
import { makeProject, oneApi, predicting } from '../support/project.ts';

const projectWith = (files: Readonly<Record<string, string>>) =>
  makeProject({ 'cortex.yaml': oneApi(['env: {MODE: b}']), 'predictor.py': predicting('return {}'), ...files });

for (const [dotenv, said] of [
  ['A=1\nMY VAR=x\n', '.env:2'],
  ['exit 1\n', 'PONS_ERR_PROJECT_DOTENV'],
] as const) {
  test(`a .env of ${JSON.stringify(dotenv)} is an error before anything is built, as it is where the project is served`, async () => {
    const root = projectWith({ '.env': dotenv });
    for (const args of [[], ['--dockerfile-only', join(root, 'out')]]) {
      const ran = await pons(['build', root, ...args]);
      assert.is(ran.code, 2);
      assert.match(ran.stderr, said);
      assert.match(ran.stderr, 'PONS_ERR_PROJECT_DOTENV');
    }
    assert.not(existsSync(join(root, 'out')));
  });
}

test('it refers to predictor.env, and what is odd in it is said', async () => {
  const root = projectWith({ '.env': 'test "$MODE" = b || exit 1\r\n' });
  const ran = await pons(['build', root, '--dockerfile-only', join(root, 'out')]);
  assert.is(ran.code, 0, ran.stderr);
  assert.match(ran.stderr, 'Windows line ends');
});

test.run();
