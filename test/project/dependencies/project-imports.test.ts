import { join } from 'node:path';
import { Reaper } from '../../../runtime/processes/reaper.ts';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Preparation } from '../../../runtime/project/dependencies/preparation.ts';
import { missingImports } from '../../../runtime/project/dependencies/project-imports.ts';
import { defaultPython } from '../../support/pythons.ts';
import { knownError } from '../support/errors.ts';
import { makeTree } from '../support/tree.ts';
import { withoutUv, writeScript } from './support/prepare.ts';

const preparation = await Preparation.begin(new Reaper());

async function missing(names: readonly string[], projectDir: string, python = defaultPython.executable) {
  const signal = new AbortController().signal;
  const pythonPath = 'lib';
  const options = { python, projectDir, pythonPath, environment: withoutUv, signal, preparation };
  return Object.fromEntries(await missingImports(names, options));
}

test('of the names asked for, those that the project imports and that are nowhere are told, each with a file that does', async () => {
  const projectDir = makeTree({
    'predictor.py': 'import json, absent_one\nfrom absent_two.part import x\nimport mine, inner\n',
    'mine.py': '',
    'lib/inner.py': '',
  });
  const names = ['json', 'absent_one', 'absent_two', 'absent_three', 'mine', 'inner'];
  assert.equal(await missing(names, projectDir), { absent_one: 'predictor.py', absent_two: 'predictor.py' });
});

test('no Python is started for names that stand in no Python file of the project', async () => {
  const files = { 'predictor.py': 'import json\n', 'inner/part.py': 'x = 1\n', 'notes.txt': 'absent_one' };
  const noPython = '/nonexistent/python';
  assert.equal(await missing(['absent_one'], makeTree(files), noPython), {});
  const mentioning = makeTree({ ...files, 'inner/part.py': 'import absent_one\n' });
  await knownError(missing(['absent_one'], mentioning, noPython), 'PONS_ERR_PROJECT_IMPORTS_UNKNOWN');
  assert.equal(await missing(['absent_one'], mentioning), { absent_one: 'inner/part.py' });
});

test('a Python that cannot tell is named with its last lines', async () => {
  const projectDir = makeTree({ 'predictor.py': 'import json\n' });
  for (const [script, outcome] of [
    ['#!/bin/sh\necho broken Python >&2\nexit 3\n', /ended with exit code 3.*broken Python/s],
    ['#!/bin/sh\nexit 0\n', /ended with exit code 0/],
  ] as const) {
    const python = writeScript(join(makeTree({}), 'python'), script);
    const error = await knownError(missing(['json'], projectDir, python), 'PONS_ERR_PROJECT_IMPORTS_UNKNOWN');
    assert.ok(error.message.includes(python));
    assert.match(error.message, outcome);
  }
});

test.run();
