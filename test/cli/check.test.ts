import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { pons } from '../support/pons.ts';
import { makeProject, oneApi, predicting } from '../support/project.ts';

const good = predicting('return {}');

test('a valid project is reported API by API, with what serving does not act on', async () => {
  const project = makeProject({
    'cortex.yaml': `${oneApi(['image: team/image'])}  compute: {cpu: 1, inf: 0}\n`,
    'predictor.py': good,
  });
  const { code, stdout } = await pons(['check', project]);
  assert.is(code, 0);
  assert.match(stdout, /^api: ok \(predictor\.py, POST \/api\)$/m);
  assert.match(stdout, /accepted, for pons build and pons export at most: .*predictor\.image, compute\.inf$/m);
});

test('every error of a configuration is told at once, with its position', async () => {
  const project = makeProject({
    'cortex.yaml':
      '- name: Api\n  kind: AsyncAPI\n  predictor:\n    type: python\n    path: predictr.py\n    confg: {}\n',
    'predictor.py': good,
  });
  const { code, stderr } = await pons(['check', project]);
  assert.is(code, 2);
  assert.match(stderr, /cortex\.yaml:1:9 name: /);
  assert.match(
    stderr,
    /cortex\.yaml:5:11 predictor\.path: "predictr\.py" does not exist; did you mean "predictor\.py"\?/,
  );
  assert.match(stderr, /cortex\.yaml:6:5 predictor\.confg: .*config/);
});

const broken: [string, string, RegExp][] = [
  ['a missing class', 'x = 1\n', /PythonPredictor/],
  ['a missing method', 'class PythonPredictor:\n    def __init__(self, config):\n        pass\n', /predict/],
  ['an unknown argument', good.replace('payload, request_id', 'payload, model'), /model/],
  ['an import that fails', 'import not_there_at_all\n', /No module named 'not_there_at_all'/],
  ['a syntax error', 'def (:\n', /predictor\.py:1/],
];
for (const [title, source, expected] of broken) {
  test(`${title} is found without serving, with exit code 3`, async () => {
    const { code, stderr } = await pons(['check', makeProject({ 'cortex.yaml': oneApi(), 'predictor.py': source })]);
    assert.match(stderr, expected);
    assert.is(code, 3);
  });
}

test('with --python, a module that is missing is said to be installed into that Python', async () => {
  const source = `import not_there_at_all\n${good}`;
  const files = { 'cortex.yaml': oneApi(), 'predictor.py': source, 'requirements.txt': 'not-there-at-all\n' };
  const { code, stderr } = await pons(['check', makeProject(files), '--python', 'python3']);
  assert.is(code, 3);
  assert.match(stderr, /requirements\.txt not installed: .* is used as it is/);
  assert.match(
    stderr,
    /\(python3 -m pip install not_there_at_all, or -r requirements\.txt .*\), or leave --python out/,
  );
});

test('nothing is constructed, and no workload store is made', async () => {
  const source = good.replace('self.config = config', 'raise RuntimeError("constructed")');
  const project = makeProject({ 'cortex.yaml': oneApi(), 'predictor.py': source });
  const { code } = await pons(['check', project]);
  assert.is(code, 0);
  assert.not(existsSync(join(project, '.pons', 'workloads.db')));
});

test.run();
