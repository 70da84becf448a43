import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { api, problemLines } from '../support/project.ts';

/** Written at line 6, inside `predictor`. */
const rows: readonly (readonly [written: string, expected: string | readonly string[]])[] = [
  [
    'python_path: ../lib',
    'cortex.yaml:6:18 predictor.python_path: "../lib" leaves the project folder; it must be a path relative to the project root, below it',
  ],
  [
    'python_path: .',
    'cortex.yaml:6:18 predictor.python_path: "." is the project root, which is the default; remove the line, or name a folder below it',
  ],
  [
    'python_path: ./',
    'cortex.yaml:6:18 predictor.python_path: "./" is the project root, which is the default; remove the line, or name a folder below it',
  ],
  [
    'python_path: /lib',
    'cortex.yaml:6:18 predictor.python_path: "/lib" is an absolute path; it must be a path relative to the project root',
  ],
  [
    'python_path: ~/lib',
    'cortex.yaml:6:18 predictor.python_path: "~/lib" begins with "~"; it must be a path relative to the project root',
  ],
  [
    'python_path: predictor.py',
    'cortex.yaml:6:18 predictor.python_path: "predictor.py" is a file; it must be a folder',
  ],
  [
    'python_path: libs',
    'cortex.yaml:6:18 predictor.python_path: "libs" does not exist or holds no file that the predictor sees; did you mean "lib"?',
  ],
  [
    'python_path: secrets',
    'cortex.yaml:6:18 predictor.python_path: "secrets" exists but is excluded by line 1 of .cortexignore (secret*), so the predictor does not see it; include it, or name another one',
  ],
  [
    'python_path:',
    'cortex.yaml:6:5 predictor.python_path: is empty; it must be the path of a folder below the project root, or the line be removed',
  ],
  [
    'python_path: 3',
    'cortex.yaml:6:18 predictor.python_path: 3 is an integer; it must be the path of a folder below the project root (as a string: "3")',
  ],
  ['config: [1]', 'cortex.yaml:6:13 predictor.config: is a list; it must be a map of values for the constructor'],
  [
    'config: text',
    'cortex.yaml:6:13 predictor.config: "text" is a string; it must be a map of values for the constructor',
  ],
  [
    'config: {1: a}',
    'cortex.yaml:6:14 predictor.config: the key 1 is not a string; keys must be strings: put it in quotes ("1")',
  ],
  [
    'dependencies: {shell: "dep\\nRUN evil.sh"}',
    'cortex.yaml:6:27 predictor.dependencies.shell: "dep\\nRUN evil.sh" contains a control character, such as a line break; it must be a path relative to the project root',
  ],
  [
    'python_path: "a\\tb"',
    'cortex.yaml:6:18 predictor.python_path: "a\\tb" contains a control character, such as a line break; it must be a path relative to the project root',
  ],
  [
    'config: {yes: a}',
    'cortex.yaml:6:14 predictor.config: the key yes is not a string but a boolean, as YAML 1.1 reads y, n, yes, no, on and off; keys must be strings: put it in quotes ("yes")',
  ],
  [
    'config: {a: {2.5: b}}',
    'cortex.yaml:6:18 predictor.config.a: the key 2.5 is not a string; keys must be strings: put it in quotes ("2.5")',
  ],
  [
    'config: {a: [{~: b}]}',
    'cortex.yaml:6:19 predictor.config.a[0]: the key ~ is not a string; keys must be strings: put it in quotes ("~")',
  ],
  [
    'config: {a: {[x]: b}}',
    'cortex.yaml:6:18 predictor.config.a: a key is a collection (a list); keys must be strings',
  ],
  [
    'env: {A: }',
    'cortex.yaml:6:11 predictor.env.A: is empty; it must be a string, a number or a boolean; write "" for an empty text',
  ],
  [
    'env: {A: ~}',
    'cortex.yaml:6:14 predictor.env.A: is empty; it must be a string, a number or a boolean; write "" for an empty text',
  ],
  [
    'env: {A: [1]}',
    'cortex.yaml:6:14 predictor.env.A: is a list; it must be a string, a number or a boolean; write "" for an empty text',
  ],
  [
    'env: {A: {b: c}}',
    'cortex.yaml:6:14 predictor.env.A: is a map; it must be a string, a number or a boolean; write "" for an empty text',
  ],
  [
    'env: {1A: x}',
    'cortex.yaml:6:11 predictor.env.1A: is no valid name; it must be letters, digits, "_", "-" and ".", without a digit first',
  ],
  [
    'env: {"A B": x}',
    'cortex.yaml:6:11 predictor.env.A B: is no valid name; it must be letters, digits, "_", "-" and ".", without a digit first',
  ],
  [
    'env: {CORTEX_X: x}',
    'cortex.yaml:6:11 predictor.env.CORTEX_X: begins with CORTEX_, which is reserved; choose another name',
  ],
  [
    'env: {PONS_X: x}',
    'cortex.yaml:6:11 predictor.env.PONS_X: begins with PONS_, which is reserved; choose another name',
  ],
  [
    'env: {yes: x}',
    'cortex.yaml:6:11 predictor.env: the key yes is not a string but a boolean, as YAML 1.1 reads y, n, yes, no, on and off; keys must be strings: put it in quotes ("yes")',
  ],
  [
    'env: {N: null}',
    [
      'cortex.yaml:6:11 predictor.env: the key N is not a string but a boolean, as YAML 1.1 reads y, n, yes, no, on and off; keys must be strings: put it in quotes ("N")',
      'cortex.yaml:6:14 predictor.env.N: is empty; it must be a string, a number or a boolean; write "" for an empty text',
    ],
  ],
  ['env: [A]', 'cortex.yaml:6:10 predictor.env: is a list; it must be a map of strings such as NAME: value'],
  [
    'env:',
    'cortex.yaml:6:5 predictor.env: is empty; it must be a map of strings such as NAME: value, or the line be removed',
  ],
  ['env: {A: "\\0"}', 'cortex.yaml:6:14 predictor.env.A: contains a NUL character; it must be text without one'],
  [
    'dependencies: requirements.txt',
    'cortex.yaml:6:19 predictor.dependencies: "requirements.txt" is a string; it must be a map with pip, conda, shell',
  ],
  [
    'dependencies: {pip: requirement.txt}',
    'cortex.yaml:6:25 predictor.dependencies.pip: "requirement.txt" does not exist; did you mean "requirements.txt"?',
  ],
  [
    'dependencies: {conda: env/conda.txt}',
    'cortex.yaml:6:27 predictor.dependencies.conda: "env/conda.txt" does not exist; it must be a file below the project root, such as conda-packages.txt',
  ],
  [
    'dependencies: {shell: install/all}',
    'cortex.yaml:6:27 predictor.dependencies.shell: "install/all" does not exist; it must be a file below the project root, such as dependencies.sh',
  ],
  [
    'dependencies: {shell: ../x.sh}',
    'cortex.yaml:6:27 predictor.dependencies.shell: "../x.sh" leaves the project folder; it must be a path relative to the project root, below it',
  ],
  [
    'dependencies: {pip: }',
    'cortex.yaml:6:20 predictor.dependencies.pip: is empty; it must be the path of a file such as requirements.txt, relative to the project root, or the line be removed',
  ],
  ['dependencies: {pipp: x}', 'cortex.yaml:6:20 predictor.dependencies.pipp: is no known key; did you mean "pip"?'],
  ['dependencies: {pip: lib}', 'cortex.yaml:6:25 predictor.dependencies.pip: "lib" is a folder; it must be a file'],
];

for (const [written, expected] of rows) {
  test(`${JSON.stringify(written)} is told with its place, its fault and what would be valid`, () => {
    assert.equal(problemLines(api({ inPredictor: [written] })), [expected].flat());
  });
}

test.run();
