import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { problemLines } from '../support/project.ts';

/** Whole files. */
const rows: readonly (readonly [written: string, expected: string])[] = [
  [
    '- {name: a, kind: AsyncAPI, predictor: {type: python, path: predictr.py}}',
    'cortex.yaml:1:61 predictor.path: "predictr.py" does not exist; did you mean "predictor.py"?',
  ],
  [
    '- {name: a, kind: AsyncAPI, predictor: {type: python, path: predictor}}',
    'cortex.yaml:1:61 predictor.path: "predictor" does not exist; did you mean "predictor.py"?',
  ],
  [
    '- {name: a, kind: AsyncAPI, predictor: {type: python, path: predictor.pyc}}',
    'cortex.yaml:1:61 predictor.path: "predictor.pyc" does not exist; did you mean "predictor.py"?',
  ],
  [
    '- {name: a, kind: AsyncAPI, predictor: {type: python, path: model.py}}',
    'cortex.yaml:1:61 predictor.path: "model.py" does not exist; did you mean "lib/model.py"?',
  ],
  [
    '- {name: a, kind: AsyncAPI, predictor: {type: python, path: lib}}',
    'cortex.yaml:1:61 predictor.path: "lib" is a folder; it must be a file',
  ],
  [
    '- {name: a, kind: AsyncAPI, predictor: {type: python, path: secret.py}}',
    'cortex.yaml:1:61 predictor.path: "secret.py" exists but is excluded by line 1 of .cortexignore (secret*), so the predictor does not see it; include it, or name another one',
  ],
  [
    '- {name: a, kind: AsyncAPI, predictor: {type: python, path: ../predictor.py}}',
    'cortex.yaml:1:61 predictor.path: "../predictor.py" leaves the project folder; it must be a path relative to the project root, below it',
  ],
  [
    '- {name: a, kind: AsyncAPI, predictor: {type: python, path: /predictor.py}}',
    'cortex.yaml:1:61 predictor.path: "/predictor.py" is an absolute path; it must be a path relative to the project root',
  ],
  [
    '- {name: a, kind: AsyncAPI, predictor: {type: python, path: ~/predictor.py}}',
    'cortex.yaml:1:61 predictor.path: "~/predictor.py" begins with "~"; it must be a path relative to the project root',
  ],
  [
    '- {name: a, kind: AsyncAPI, predictor: {type: python, path: lib/../../x.py}}',
    'cortex.yaml:1:61 predictor.path: "lib/../../x.py" leaves the project folder; it must be a path relative to the project root, below it',
  ],
  [
    '- {name: a, kind: AsyncAPI, predictor: {type: python, path: values.json}}',
    'cortex.yaml:1:61 predictor.path: "values.json" does not end in .py; it must be the path of a .py file, relative to the project root',
  ],
  [
    '- {name: a, kind: AsyncAPI, predictor: {type: python, path: zzzzzzzz.py}}',
    'cortex.yaml:1:61 predictor.path: "zzzzzzzz.py" does not exist; it must be a file below the project root, such as lib/model.py, predictor.py',
  ],
  [
    '- {name: a, kind: AsyncAPI, predictor: {type: python, path: 3}}',
    'cortex.yaml:1:61 predictor.path: 3 is an integer; it must be the path of a .py file, relative to the project root (as a string: "3")',
  ],
  [
    '- {name: a, kind: AsyncAPI, predictor: {type: python, path: ""}}',
    'cortex.yaml:1:61 predictor.path: "" is empty; it must be a path relative to the project root',
  ],
  [
    '- {name: a, kind: AsyncAPI, predictor: {type: python, path: }}',
    'cortex.yaml:1:55 predictor.path: is empty; it must be the path of a .py file, relative to the project root',
  ],
  [
    '- {name: a, kind: AsyncAPI, predictor: {type: python, path: ./x/../predictr.py}}',
    'cortex.yaml:1:61 predictor.path: "./x/../predictr.py" does not exist; did you mean "predictor.py"?',
  ],
];

for (const [written, expected] of rows) {
  test(`${JSON.stringify(written)} is told with its place, its fault and what would be valid`, () => {
    assert.equal(problemLines(written), [expected]);
  });
}

test.run();
