import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { api, problemLines } from '../support/project.ts';

/** Written at line 6, inside `predictor`. */
const rows: readonly (readonly [written: string, expected: string])[] = [
  [
    'log_level: warn',
    'cortex.yaml:6:16 predictor.log_level: "warn" is not valid; it must be debug, info, warning or error; did you mean "warning"?',
  ],
  [
    'log_level: INFO',
    'cortex.yaml:6:16 predictor.log_level: "INFO" is not valid; it must be debug, info, warning or error; did you mean "info"?',
  ],
  [
    'log_level: verbose',
    'cortex.yaml:6:16 predictor.log_level: "verbose" is not valid; it must be debug, info, warning or error',
  ],
  ['log_level: 1', 'cortex.yaml:6:16 predictor.log_level: 1 is an integer; it must be debug, info, warning or error'],
  [
    'image: "a b"',
    'cortex.yaml:6:12 predictor.image: "a b" is not valid; it must be a container image such as registry.example.com/team/image:tag',
  ],
  [
    'image: UPPER/case',
    'cortex.yaml:6:12 predictor.image: "UPPER/case" is not valid; it must be a container image such as registry.example.com/team/image:tag',
  ],
  [
    'image: 3',
    'cortex.yaml:6:12 predictor.image: 3 is an integer; it must be a container image such as registry.example.com/team/image:tag (as a string: "3")',
  ],
  [
    'tensorflow_serving_image: "x:"',
    'cortex.yaml:6:31 predictor.tensorflow_serving_image: "x:" is not valid; it must be a container image such as registry.example.com/team/image:tag',
  ],
  ['max_surge: 1', 'cortex.yaml:6:5 predictor.max_surge: is no known key here; it belongs to update_strategy'],
  [
    'shm_size: big',
    'cortex.yaml:6:15 predictor.shm_size: "big" is not valid; it must be a quantity above 0 such as 64Mi or 1Gi',
  ],
  [
    'shm_size: 0',
    'cortex.yaml:6:15 predictor.shm_size: 0 is not valid; it must be a quantity above 0 such as 64Mi or 1Gi',
  ],
  [
    'shm_size: -1Gi',
    'cortex.yaml:6:15 predictor.shm_size: "-1Gi" is not valid; it must be a quantity above 0 such as 64Mi or 1Gi',
  ],
  [
    'shm_size: [1]',
    'cortex.yaml:6:15 predictor.shm_size: is a list; it must be a quantity above 0 such as 64Mi or 1Gi',
  ],
  [
    'shm_size: yes',
    'cortex.yaml:6:15 predictor.shm_size: yes is a boolean; it must be a quantity above 0 such as 64Mi or 1Gi',
  ],
  [
    'processes_per_replica: 0',
    'cortex.yaml:6:28 predictor.processes_per_replica: 0 is not valid; it must be an integer from 1 to 100',
  ],
  [
    'processes_per_replica: 101',
    'cortex.yaml:6:28 predictor.processes_per_replica: 101 is not valid; it must be an integer from 1 to 100',
  ],
  [
    'processes_per_replica: 1.0',
    'cortex.yaml:6:28 predictor.processes_per_replica: 1.0 is a float; it must be an integer from 1 to 100',
  ],
  [
    'processes_per_replica: "2"',
    'cortex.yaml:6:28 predictor.processes_per_replica: "2" is a string; it must be an integer from 1 to 100',
  ],
  [
    'processes_per_replica: 99999999999999999999',
    'cortex.yaml:6:28 predictor.processes_per_replica: 99999999999999999999 is not valid; it must be an integer from 1 to 100',
  ],
  [
    'threads_per_process: 0',
    'cortex.yaml:6:26 predictor.threads_per_process: 0 is not valid; it must be an integer of at least 1',
  ],
  [
    'threads_per_process: -1',
    'cortex.yaml:6:26 predictor.threads_per_process: -1 is not valid; it must be an integer of at least 1',
  ],
  [
    'threads_per_process: 3000000000',
    'cortex.yaml:6:26 predictor.threads_per_process: 3000000000 is not valid; it must be an integer of at least 1 and at most 2147483647',
  ],
  [
    'threads_per_process: two',
    'cortex.yaml:6:26 predictor.threads_per_process: "two" is a string; it must be an integer of at least 1',
  ],
  [
    'models: {path: models}',
    'cortex.yaml:6:13 predictor.models: is for the types tensorflow and onnx; remove it, and load models in the constructor',
  ],
  [
    'protobuf_path: x.proto',
    'cortex.yaml:6:5 predictor.protobuf_path: is not supported: gRPC is for the kind RealtimeAPI; remove it',
  ],
  [
    'server_side_batching: {}',
    'cortex.yaml:6:5 predictor.server_side_batching: is not supported: it is for the kind RealtimeAPI; remove it',
  ],
  [
    'multi_model_reloading: {}',
    'cortex.yaml:6:5 predictor.multi_model_reloading: is not supported: it is for the kind RealtimeAPI; remove it',
  ],
  [
    'model_path: x',
    'cortex.yaml:6:5 predictor.model_path: is not supported: it belongs to older versions of Cortex; write it as predictor.models.path',
  ],
  ['pyhton_path: lib', 'cortex.yaml:6:5 predictor.pyhton_path: is no known key; did you mean "python_path"?'],
  ['processes: 2', 'cortex.yaml:6:5 predictor.processes: is no known key; did you mean "processes_per_replica"?'],
  ['1: x', 'cortex.yaml:6:5 predictor: the key 1 is not a string; keys must be strings: put it in quotes ("1")'],
  ['min_replicas: 2', 'cortex.yaml:6:5 predictor.min_replicas: is no known key here; it belongs to autoscaling'],
];

for (const [written, expected] of rows) {
  test(`${JSON.stringify(written)} is told with its place, its fault and what would be valid`, () => {
    assert.equal(problemLines(api({ inPredictor: [written] })), [expected]);
  });
}

test.run();
