import { copyFileSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { PredictOutcome } from '../../runtime/predictor/outcome.ts';
import { programNames } from '../../runtime/predictor/program-names.ts';
import { predicting } from '../support/project.ts';
import { defaultPython } from '../support/pythons.ts';
import { ask, withPredictor } from '../support/with-predictor.ts';

// Not where TMPDIR says: it is about what a predictor's own /tmp covers.
const dir = realpathSync(mkdtempSync('/tmp/pons-test-names-'));
const python = realpathSync(defaultPython.executable);
const prefix = dirname(dirname(python));
const files = {
  'predictor.py': predicting('return {"executable": sys.executable, "prefix": sys.prefix}', 'import sys\n'),
};

test.after(() => {
  rmSync(dir, { recursive: true, force: true });
});

function folder(name: string): string {
  mkdirSync(join(dir, name), { recursive: true });
  return join(dir, name);
}

test('a program has the names of all links that lead to it', async () => {
  const [first, second] = [join(folder('first'), 'python3'), join(folder('second'), 'python3')];
  symlinkSync('../second/python3', first);
  symlinkSync(python, second);
  assert.equal(await programNames(first), [
    { path: first, target: second },
    { path: second, target: python },
    { path: python, target: null },
  ]);
});

test('links in a circle come to an end', async () => {
  const [one, other] = [join(folder('circle'), 'one'), join(folder('circle'), 'other')];
  symlinkSync(one, other);
  symlinkSync(other, one);
  assert.ok((await programNames(one)).length < 100);
});

const ways: readonly (readonly [title: string, make: () => string])[] = [
  [
    'a link in a folder below /tmp',
    () => {
      const path = join(folder('shim'), 'python3');
      symlinkSync(python, path);
      return path;
    },
  ],
  [
    'a link to a link, each in a folder of its own',
    () => {
      const [near, far] = [join(folder('near'), 'python3'), join(folder('far'), 'python3')];
      symlinkSync(python, far);
      symlinkSync('../far/python3', near);
      return near;
    },
  ],
  [
    'a link in a folder that is a link',
    () => {
      symlinkSync(python, join(folder('real'), 'python3'));
      symlinkSync('real', join(dir, 'linked'));
      return join(dir, 'linked', 'python3');
    },
  ],
];

for (const [title, make] of ways) {
  test(`a predictor runs with a Python that is ${title}`, async () => {
    const executable = make();
    await withPredictor({ files, python: executable, prefix }, async (started) => {
      assert.equal(resultOf(await ask(started, 'one', null)), { executable, prefix });
    });
  });
}

test('a predictor runs with a Python that lies below /tmp without its library', async () => {
  const executable = join(folder('copy'), 'python3');
  copyFileSync(python, executable);
  await withPredictor({ files, python: executable, prefix, env: { PYTHONHOME: prefix } }, async (started) => {
    assert.equal(resultOf(await ask(started, 'one', null)), { executable, prefix });
  });
});

function resultOf(outcome: PredictOutcome): unknown {
  return outcome.kind === 'completed' ? (JSON.parse(outcome.result.toString()) as unknown) : outcome;
}

test.run();
