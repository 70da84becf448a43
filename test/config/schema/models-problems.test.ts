import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { api, problemLines } from '../support/project.ts';

/** Written at line 6, inside `predictor` of type tensorflow. */
const forTensorflow: readonly (readonly [written: string, expected: string])[] = [
  [
    '',
    'cortex.yaml:4:5 predictor.models: is missing; it must be a map with one of path, paths and dir where predictor.type is tensorflow',
  ],
  [
    'models:',
    'cortex.yaml:6:5 predictor.models: is empty; it must be a map with one of path, paths and dir, or the line be removed where predictor.type is python',
  ],
  [
    'models: models',
    'cortex.yaml:6:13 predictor.models: "models" is a string; it must be a map with path, paths, dir, signature_key, ...',
  ],
  [
    'models: {}',
    'cortex.yaml:6:13 predictor.models: has none of path, paths and dir; it must have exactly one of them',
  ],
  [
    'models: {path: a, dir: b}',
    'cortex.yaml:6:28 predictor.models.dir: stands beside path; there must be exactly one of path, paths and dir',
  ],
  [
    'models: {path: a, paths: [{name: x, path: z}]}',
    'cortex.yaml:6:30 predictor.models.paths: stands beside path; there must be exactly one of path, paths and dir',
  ],
  [
    'models: {paths: []}',
    'cortex.yaml:6:13 predictor.models: has none of path, paths and dir; it must have exactly one of them',
  ],
  [
    'models: {paths: [{name: a, path: x}, {name: a, path: z}]}',
    'cortex.yaml:6:49 predictor.models.paths[1].name: "a" is the name of another model, at line 6, column 29; names must be unique',
  ],
  [
    'models: {paths: [{name: a b, path: x}]}',
    'cortex.yaml:6:29 predictor.models.paths[0].name: "a b" is not valid; it must be a name of letters, digits, "-" and "_", other than _cortex_default',
  ],
  [
    'models: {paths: [{name: _cortex_default, path: x}]}',
    'cortex.yaml:6:29 predictor.models.paths[0].name: "_cortex_default" is not valid; it must be a name of letters, digits, "-" and "_", other than _cortex_default',
  ],
  [
    'models: {paths: [{path: x}]}',
    'cortex.yaml:6:22 predictor.models.paths[0].name: is missing; it must be a name of letters, digits, "-" and "_", other than _cortex_default',
  ],
  [
    'models: {paths: [{name: a}]}',
    'cortex.yaml:6:22 predictor.models.paths[0].path: is missing; it must be s3://bucket/prefix/, or a path relative to the project root',
  ],
  [
    'models: {paths: [a]}',
    'cortex.yaml:6:22 predictor.models.paths[0]: "a" is a string; it must be a map with name, path and perhaps signature_key',
  ],
  [
    'models: {paths: a}',
    'cortex.yaml:6:21 predictor.models.paths: "a" is a string; it must be a list of models, each a map with name, path and perhaps signature_key',
  ],
  [
    'models: {paths: [{name: a, path: x, key: y}]}',
    'cortex.yaml:6:41 predictor.models.paths[0].key: is no known key; the keys here are name, path, signature_key',
  ],
  [
    'models: {path: ../m}',
    'cortex.yaml:6:20 predictor.models.path: "../m" leaves the project folder; it must be a path relative to the project root, below it, or s3://bucket/prefix/',
  ],
  [
    'models: {path: /m}',
    'cortex.yaml:6:20 predictor.models.path: "/m" is an absolute path; it must be a path relative to the project root, or s3://bucket/prefix/',
  ],
  [
    'models: {path: ~/m}',
    'cortex.yaml:6:20 predictor.models.path: "~/m" begins with "~"; it must be a path relative to the project root, or s3://bucket/prefix/',
  ],
  [
    'models: {dir: "s3://"}',
    'cortex.yaml:6:19 predictor.models.dir: "s3://" is not valid; it must be s3://bucket/prefix/, or a path relative to the project root',
  ],
  [
    'models: {dir: gs://bucket/x}',
    'cortex.yaml:6:19 predictor.models.dir: "gs://bucket/x" is not valid; it must be s3://bucket/prefix/, or a path relative to the project root',
  ],
  [
    'models: {path: 3}',
    'cortex.yaml:6:20 predictor.models.path: 3 is an integer; it must be s3://bucket/prefix/, or a path relative to the project root (as a string: "3")',
  ],
  [
    'models: {path: a, signature_key: 3}',
    'cortex.yaml:6:38 predictor.models.signature_key: 3 is an integer; it must be the name of a signature (as a string: "3")',
  ],
  [
    'models: {dir: a, cache_size: 1}',
    'cortex.yaml:6:34 predictor.models.cache_size: stands without disk_cache_size; there must be both or neither',
  ],
  [
    'models: {dir: a, disk_cache_size: 1}',
    'cortex.yaml:6:39 predictor.models.disk_cache_size: stands without cache_size; there must be both or neither',
  ],
  [
    'models: {dir: a, cache_size: 2, disk_cache_size: 1}',
    'cortex.yaml:6:34 predictor.models.cache_size: 2 is above disk_cache_size, which is 1; it must be at most that',
  ],
  [
    'models: {dir: a, cache_size: 0, disk_cache_size: 1}',
    'cortex.yaml:6:34 predictor.models.cache_size: 0 is not valid; it must be an integer of at least 1',
  ],
  [
    'models: {path: a, reload_interval: 10}',
    'cortex.yaml:6:40 predictor.models.reload_interval: 10 is an integer; it must be a duration from 100ms to 596h such as 10s or 1m; did you mean 10s?',
  ],
  [
    'models: {path: a, reload_interval: 596h1s}',
    'cortex.yaml:6:40 predictor.models.reload_interval: "596h1s" is not valid; it must be a duration from 100ms to 596h such as 10s or 1m',
  ],
  [
    'models: {path: a, reload_interval: 99ms}',
    'cortex.yaml:6:40 predictor.models.reload_interval: "99ms" is not valid; it must be a duration from 100ms to 596h such as 10s or 1m',
  ],
  [
    'models: {path: a, execution_provider: cpu}',
    'cortex.yaml:6:43 predictor.models.execution_provider: is for predictor.type onnx only; remove it, since TensorFlow Serving decides what runs its models',
  ],
  [
    'models: {path: a, cache_size: 1, disk_cache_size: 1}',
    'cortex.yaml:6:35 predictor.models.cache_size: needs several models: it must stand beside paths or dir, not path',
  ],
];

/** The same of type onnx. */
const forOnnx: readonly (readonly [written: string, expected: string])[] = [
  [
    'models: {path: a, execution_provider: rocm}',
    'cortex.yaml:6:43 predictor.models.execution_provider: "rocm" is not valid; it must be cpu or cuda',
  ],
  [
    'models: {path: a, signature_key: b}',
    'cortex.yaml:6:38 predictor.models.signature_key: is for predictor.type tensorflow only; remove it',
  ],
  [
    'models: {paths: [{name: a, path: b, signature_key: c}]}',
    'cortex.yaml:6:56 predictor.models.paths[0].signature_key: is for predictor.type tensorflow only; remove it',
  ],
  [
    'processes_per_replica: 2\n    models: {dir: a, cache_size: 1, disk_cache_size: 2}',
    'cortex.yaml:7:34 predictor.models.cache_size: needs one process per replica, but predictor.processes_per_replica is 2; it must be 1',
  ],
];

for (const [written, expected] of forTensorflow) {
  test(`${JSON.stringify(written)} is told as ${[expected].flat()[0] ?? ''}`, () => {
    assert.equal(
      problemLines(api({ type: 'tensorflow', inPredictor: written === '' ? [] : [written] })),
      [expected].flat(),
    );
  });
}

for (const [written, expected] of forOnnx) {
  test(`${JSON.stringify(written)} is told as ${[expected].flat()[0] ?? ''}`, () => {
    assert.equal(problemLines(api({ type: 'onnx', inPredictor: [written] })), [expected].flat());
  });
}

test.run();
