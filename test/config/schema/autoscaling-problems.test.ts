import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { api, problemLines } from '../support/project.ts';

/** Written at line 6, beside `predictor`. */
const rows: readonly (readonly [written: string, expected: string])[] = [
  [
    'autoscaling: {min_replicas: 0}',
    'cortex.yaml:6:31 autoscaling.min_replicas: 0 is not valid; it must be an integer of at least 1',
  ],
  [
    'autoscaling: {min_replicas: 101}',
    'cortex.yaml:6:31 autoscaling.min_replicas: 101 is above max_replicas, which is 100 by default; 0 < min_replicas <= init_replicas <= max_replicas must hold',
  ],
  [
    'autoscaling: {min_replicas: 5, max_replicas: 3}',
    'cortex.yaml:6:31 autoscaling.min_replicas: 5 is above max_replicas, which is 3; 0 < min_replicas <= init_replicas <= max_replicas must hold',
  ],
  [
    'autoscaling: {max_replicas: 0}',
    'cortex.yaml:6:31 autoscaling.max_replicas: 0 is not valid; it must be an integer of at least 1',
  ],
  [
    'autoscaling: {init_replicas: 0}',
    'cortex.yaml:6:32 autoscaling.init_replicas: 0 is not valid; it must be an integer of at least 1',
  ],
  [
    'autoscaling: {min_replicas: 2, init_replicas: 1}',
    'cortex.yaml:6:49 autoscaling.init_replicas: 1 is below min_replicas, which is 2; 0 < min_replicas <= init_replicas <= max_replicas must hold',
  ],
  [
    'autoscaling: {init_replicas: 101}',
    'cortex.yaml:6:32 autoscaling.init_replicas: 101 is above max_replicas, which is 100 by default; 0 < min_replicas <= init_replicas <= max_replicas must hold',
  ],
  [
    'autoscaling: {max_replica_concurrency: 0}',
    'cortex.yaml:6:42 autoscaling.max_replica_concurrency: 0 is not valid; it must be an integer from 1 to 30000',
  ],
  [
    'autoscaling: {max_replica_concurrency: 30001}',
    'cortex.yaml:6:42 autoscaling.max_replica_concurrency: 30001 is not valid; it must be an integer from 1 to 30000',
  ],
  [
    'autoscaling: {target_replica_concurrency: 0}',
    'cortex.yaml:6:45 autoscaling.target_replica_concurrency: 0 is not valid; it must be a number above 0',
  ],
  [
    'autoscaling: {target_replica_concurrency: .nan}',
    'cortex.yaml:6:45 autoscaling.target_replica_concurrency: .nan is not valid; it must be a number above 0',
  ],
  [
    'autoscaling: {target_replica_concurrency: .inf}',
    'cortex.yaml:6:45 autoscaling.target_replica_concurrency: .inf is not valid; it must be a number above 0',
  ],
  [
    'autoscaling: {target_replica_concurrency: "1"}',
    'cortex.yaml:6:45 autoscaling.target_replica_concurrency: "1" is a string; it must be a number above 0',
  ],
  [
    'autoscaling: {window: 60}',
    'cortex.yaml:6:25 autoscaling.window: 60 is an integer; it must be a multiple of 10s, at least 10s; did you mean 60s?',
  ],
  [
    'autoscaling: {window: 15s}',
    'cortex.yaml:6:25 autoscaling.window: "15s" is not valid; it must be a multiple of 10s, at least 10s',
  ],
  [
    'autoscaling: {window: 0s}',
    'cortex.yaml:6:25 autoscaling.window: "0s" is not valid; it must be a multiple of 10s, at least 10s',
  ],
  [
    'autoscaling: {window: 1 minute}',
    'cortex.yaml:6:25 autoscaling.window: "1 minute" is not valid; it must be a multiple of 10s, at least 10s',
  ],
  [
    'autoscaling: {downscale_stabilization_period: -1s}',
    'cortex.yaml:6:49 autoscaling.downscale_stabilization_period: "-1s" is not valid; it must be a duration of at least 0s such as 90s or 1m30s',
  ],
  [
    'autoscaling: {upscale_stabilization_period: 5}',
    'cortex.yaml:6:47 autoscaling.upscale_stabilization_period: 5 is an integer; it must be a duration of at least 0s such as 90s or 1m30s; did you mean 5s?',
  ],
  [
    'autoscaling: {upscale_stabilization_period: 5d}',
    'cortex.yaml:6:47 autoscaling.upscale_stabilization_period: "5d" is not valid; it must be a duration of at least 0s such as 90s or 1m30s',
  ],
  [
    'autoscaling: {max_downscale_factor: 1}',
    'cortex.yaml:6:39 autoscaling.max_downscale_factor: 1 is not valid; it must be a number of at least 0 and below 1',
  ],
  [
    'autoscaling: {max_downscale_factor: -0.1}',
    'cortex.yaml:6:39 autoscaling.max_downscale_factor: -0.1 is not valid; it must be a number of at least 0 and below 1',
  ],
  [
    'autoscaling: {max_upscale_factor: 1}',
    'cortex.yaml:6:37 autoscaling.max_upscale_factor: 1 is not valid; it must be a number above 1',
  ],
  [
    'autoscaling: {downscale_tolerance: 1.0}',
    'cortex.yaml:6:38 autoscaling.downscale_tolerance: 1.0 is not valid; it must be a number of at least 0 and below 1',
  ],
  [
    'autoscaling: {upscale_tolerance: -1}',
    'cortex.yaml:6:36 autoscaling.upscale_tolerance: -1 is not valid; it must be a number of at least 0',
  ],
  [
    'autoscaling: {min_replica: 1}',
    'cortex.yaml:6:17 autoscaling.min_replica: is no known key; did you mean "min_replicas"?',
  ],
];

for (const [written, expected] of rows) {
  test(`${JSON.stringify(written)} is told with its place, its fault and what would be valid`, () => {
    assert.equal(problemLines(api({ after: [written] })), [expected]);
  });
}

test.run();
