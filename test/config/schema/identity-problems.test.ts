import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { problemLines } from '../support/project.ts';

/** Whole files. */
const rows: readonly (readonly [written: string, expected: string | readonly string[]])[] = [
  [
    '- name: Iris\n  kind: AsyncAPI\n  predictor: {type: python, path: predictor.py}',
    'cortex.yaml:1:9 name: "Iris" is not valid; it must be a name of at most 42 lower-case letters, digits and "-" that begins with a letter, does not end with "-" and does not begin with "b-"',
  ],
  [
    '- {name: b-iris, kind: AsyncAPI, predictor: {type: python, path: predictor.py}}',
    'cortex.yaml:1:10 name: "b-iris" is not valid; it must be a name of at most 42 lower-case letters, digits and "-" that begins with a letter, does not end with "-" and does not begin with "b-"',
  ],
  [
    '- {name: 1iris, kind: AsyncAPI, predictor: {type: python, path: predictor.py}}',
    'cortex.yaml:1:10 name: "1iris" is not valid; it must be a name of at most 42 lower-case letters, digits and "-" that begins with a letter, does not end with "-" and does not begin with "b-"',
  ],
  [
    '- {name: iris_2, kind: AsyncAPI, predictor: {type: python, path: predictor.py}}',
    'cortex.yaml:1:10 name: "iris_2" is not valid; it must be a name of at most 42 lower-case letters, digits and "-" that begins with a letter, does not end with "-" and does not begin with "b-"',
  ],
  [
    '- {name: iris-, kind: AsyncAPI, predictor: {type: python, path: predictor.py}}',
    'cortex.yaml:1:10 name: "iris-" is not valid; it must be a name of at most 42 lower-case letters, digits and "-" that begins with a letter, does not end with "-" and does not begin with "b-"',
  ],
  [
    '- {name: "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", kind: AsyncAPI, predictor: {type: python, path: predictor.py}}',
    'cortex.yaml:1:10 name: "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" is not valid; it must be a name of at most 42 lower-case letters, digits and "-" that begins with a letter, does not end with "-" and does not begin with "b-"',
  ],
  [
    '- {name: 3, kind: AsyncAPI, predictor: {type: python, path: predictor.py}}',
    'cortex.yaml:1:10 name: 3 is an integer; it must be a name of at most 42 lower-case letters, digits and "-" that begins with a letter, does not end with "-" and does not begin with "b-" (as a string: "3")',
  ],
  [
    '- {name: ~, kind: AsyncAPI, predictor: {type: python, path: predictor.py}}',
    'cortex.yaml:1:10 name: is empty; it must be a name of at most 42 lower-case letters, digits and "-" that begins with a letter, does not end with "-" and does not begin with "b-"',
  ],
  [
    '- {name: yes, kind: AsyncAPI, predictor: {type: python, path: predictor.py}}',
    'cortex.yaml:1:10 name: yes is a boolean; it must be a name of at most 42 lower-case letters, digits and "-" that begins with a letter, does not end with "-" and does not begin with "b-" (as a string: "yes")',
  ],
  [
    '- {name: [a], kind: AsyncAPI, predictor: {type: python, path: predictor.py}}',
    'cortex.yaml:1:10 name: is a list; it must be a name of at most 42 lower-case letters, digits and "-" that begins with a letter, does not end with "-" and does not begin with "b-"',
  ],
  [
    '- {name: "", kind: AsyncAPI, predictor: {type: python, path: predictor.py}}',
    'cortex.yaml:1:10 name: "" is not valid; it must be a name of at most 42 lower-case letters, digits and "-" that begins with a letter, does not end with "-" and does not begin with "b-"',
  ],
  [
    '- {name: a, kind: RealtimeAPI, predictor: {type: python, path: predictor.py}}',
    'cortex.yaml:1:19 kind: "RealtimeAPI" is not supported; the supported kinds are: AsyncAPI',
  ],
  [
    '- {name: a, kind: BatchAPI, predictor: {type: python, path: predictor.py}}',
    'cortex.yaml:1:19 kind: "BatchAPI" is not supported; the supported kinds are: AsyncAPI',
  ],
  [
    '- {name: a, kind: TaskAPI, predictor: {type: python, path: predictor.py}}',
    'cortex.yaml:1:19 kind: "TaskAPI" is not supported; the supported kinds are: AsyncAPI',
  ],
  [
    '- {name: a, kind: TrafficSplitter, predictor: {type: python, path: predictor.py}}',
    'cortex.yaml:1:19 kind: "TrafficSplitter" is not supported; the supported kinds are: AsyncAPI',
  ],
  [
    '- {name: a, kind: asyncapi, predictor: {type: python, path: predictor.py}}',
    'cortex.yaml:1:19 kind: "asyncapi" is not valid; it must be AsyncAPI; did you mean that?',
  ],
  [
    '- {name: a, kind: AsyncApi, predictor: {type: python, path: predictor.py}}',
    'cortex.yaml:1:19 kind: "AsyncApi" is not valid; it must be AsyncAPI; did you mean that?',
  ],
  [
    '- {name: a, kind: Job, predictor: {type: python, path: predictor.py}}',
    'cortex.yaml:1:19 kind: "Job" is not valid; it must be AsyncAPI, the one supported kind',
  ],
  [
    '- {name: a, kind: 3, predictor: {type: python, path: predictor.py}}',
    'cortex.yaml:1:19 kind: 3 is an integer; it must be AsyncAPI',
  ],
  [
    '- {name: a, kind: , predictor: {type: python, path: predictor.py}}',
    'cortex.yaml:1:13 kind: is empty; it must be AsyncAPI',
  ],
  [
    '- name: a\n  kind: TaskAPI\n  definition: {path: x}\n',
    'cortex.yaml:2:9 kind: "TaskAPI" is not supported; the supported kinds are: AsyncAPI',
  ],
  [
    '- {name: a, kind: AsyncAPI}',
    'cortex.yaml:1:3 predictor: is missing; it must be a map with type, path, config, python_path, ...',
  ],
  [
    '- {name: a, kind: AsyncAPI, predictor: }',
    'cortex.yaml:1:29 predictor: is empty; it must be a map with type, path, config, python_path, ...',
  ],
  [
    '- {name: a, kind: AsyncAPI, predictor: {}}',
    [
      'cortex.yaml:1:40 predictor.type: is missing; it must be python, tensorflow or onnx',
      'cortex.yaml:1:40 predictor.path: is missing; it must be the path of a .py file, relative to the project root',
    ],
  ],
  [
    '- {name: a, kind: AsyncAPI, predictor: x}',
    'cortex.yaml:1:40 predictor: "x" is a string; it must be a map with type, path, config, python_path, ...',
  ],
  [
    '- {name: a, kind: AsyncAPI, predictor: {type: pyton, path: predictor.py}}',
    'cortex.yaml:1:47 predictor.type: "pyton" is not valid; it must be python, tensorflow or onnx; did you mean "python"?',
  ],
  [
    '- {name: a, kind: AsyncAPI, predictor: {type: PYTHON, path: predictor.py}}',
    'cortex.yaml:1:47 predictor.type: "PYTHON" is not valid; it must be python, tensorflow or onnx; did you mean "python"?',
  ],
  [
    '- {name: a, kind: AsyncAPI, predictor: {type: pytorch, path: predictor.py}}',
    'cortex.yaml:1:47 predictor.type: "pytorch" is not valid; it must be python, tensorflow or onnx',
  ],
  [
    '- {name: a, kind: AsyncAPI, predictor: {type: 3, path: predictor.py}}',
    'cortex.yaml:1:47 predictor.type: 3 is an integer; it must be python, tensorflow or onnx',
  ],
  [
    '- {name: a, kind: AsyncAPI, predictor: {type: , path: predictor.py}}',
    'cortex.yaml:1:41 predictor.type: is empty; it must be python, tensorflow or onnx',
  ],
];

for (const [written, expected] of rows) {
  test(`${JSON.stringify(written)} is told with its place, its fault and what would be valid`, () => {
    assert.equal(problemLines(written), [expected].flat());
  });
}

test.run();
