import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { checkProject, type CheckOutcome } from './support/check.ts';
import { fixtureProject } from './support/fixture-server.ts';

let outcome: CheckOutcome | null = null;

// Not in `before`: uvu swallows what it throws.
test.before.each(async () => {
  outcome ??= await checkProject(fixtureProject('class-problems'));
});

/** What the check says about one API, on one line. */
function saidAbout(api: string): string {
  const lines = (outcome?.stderr ?? '').split('\n');
  const first = lines.findIndex((line) => line.startsWith(`${api}: `));
  if (first === -1) throw new Error(`nothing about ${api} in:\n${lines.join('\n')}`);
  const length = lines.slice(first + 1).findIndex((line) => !line.startsWith('  '));
  return lines.slice(first, first + 1 + length).join(' ');
}

const PROBLEMS: readonly (readonly [what: string, api: string, ...named: RegExp[]])[] = [
  ['a module without the class', 'no-class', /no_class\.py/, /PythonPredictor/, /Predictor/],
  ['a module with two of them', 'two-classes', /two_classes\.py/, /PythonPredictor/, /1 and 9/],
  ['something else of that name', 'not-a-class', /not_a_class\.py/, /PythonPredictor/, /int/],
  ['a class without predict', 'no-predict', /no_predict\.py/, /PythonPredictor\.predict/],
  ['a class without a constructor', 'no-init', /no_init\.py/, /PythonPredictor\.__init__/],
  ['a constructor without config', 'no-config', /no_config\.py/, /PythonPredictor\.__init__/, /\bconfig\b/],
  [
    'a constructor with an argument that nobody passes',
    'unknown-init-argument',
    /unknown_init_argument\.py/,
    /PythonPredictor\.__init__/,
    /python_client/,
  ],
  [
    'a predict with an argument that nobody passes',
    'unknown-predict-argument',
    /unknown_predict_argument\.py/,
    /PythonPredictor\.predict/,
    /query_params/,
  ],
  ['a constructor whose first argument is not self', 'self-not-first', /self_not_first\.py/, /__init__/, /\bself\b/],
  ['a static predict', 'static-predict', /static_predict\.py/, /PythonPredictor\.predict/, /\bself\b/],
];

for (const [what, api, ...named] of PROBLEMS) {
  test(`${what} is an error that names file, class, method and argument`, () => {
    const said = saidAbout(api);
    assert.match(said, 'PONS_ERR_PREDICTOR_CLASS');
    for (const part of named) assert.match(said.slice(api.length + 1), part);
  });
}

test('a module that cannot be imported is an error with its exception and its own line', () => {
  const said = saidAbout('import-fails');
  assert.match(said, /ModuleNotFoundError: No module named 'a_module_that_is_nowhere'/);
  assert.match(said, /add the package that has it \(often a_module_that_is_nowhere\) to requirements\.txt/);
  assert.match(said, /import_fails\.py:1 in <module>: import a_module_that_is_nowhere/);
});

test('a syntax error is an error with its file and line', () => {
  assert.match(saidAbout('syntax-error'), /SyntaxError.*syntax_error\.py:2/);
});

test('a class that fits is fine, and is not constructed by a check', () => {
  assert.match(outcome?.stdout ?? '', /^valid: ok/m);
  assert.not.match(outcome?.stderr ?? '', 'constructed by a check');
});

test('the exit code of the check says that a predictor has to be mended', () => {
  assert.is(outcome?.exitCode, 3);
});

test.run();
