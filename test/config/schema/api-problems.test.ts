import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { api, problemLines } from '../support/project.ts';

/** Written at line 6, beside `predictor`. */
const rows: readonly (readonly [written: string, expected: string])[] = [
  [
    'compute: {cpu: 19m}',
    'cortex.yaml:6:18 compute.cpu: "19m" is not valid; it must be a quantity of at least 20m such as 500m, 1 or 1.5',
  ],
  [
    'compute: {cpu: 0}',
    'cortex.yaml:6:18 compute.cpu: 0 is not valid; it must be a quantity of at least 20m such as 500m, 1 or 1.5',
  ],
  [
    'compute: {cpu: lots}',
    'cortex.yaml:6:18 compute.cpu: "lots" is not valid; it must be a quantity of at least 20m such as 500m, 1 or 1.5',
  ],
  [
    'compute: {cpu: -1}',
    'cortex.yaml:6:18 compute.cpu: -1 is not valid; it must be a quantity of at least 20m such as 500m, 1 or 1.5',
  ],
  [
    'compute: {cpu: yes}',
    'cortex.yaml:6:18 compute.cpu: yes is a boolean; it must be a quantity of at least 20m such as 500m, 1 or 1.5',
  ],
  [
    'compute: {mem: 19Mi}',
    'cortex.yaml:6:18 compute.mem: "19Mi" is not valid; it must be a quantity of at least 20Mi such as 512Mi, 2G or a number of bytes',
  ],
  [
    'compute: {mem: 1GB}',
    'cortex.yaml:6:18 compute.mem: "1GB" is not valid; it must be a quantity of at least 20Mi such as 512Mi, 2G or a number of bytes',
  ],
  [
    'compute: {mem: 1e999}',
    'cortex.yaml:6:18 compute.mem: "1e999" is not valid; it must be a quantity of at least 20Mi such as 512Mi, 2G or a number of bytes',
  ],
  [
    'compute: {mem: 100E}',
    'cortex.yaml:6:18 compute.mem: "100E" is not valid; it must be a quantity of at least 20Mi such as 512Mi, 2G or a number of bytes',
  ],
  ['compute: {gpu: -1}', 'cortex.yaml:6:18 compute.gpu: -1 is not valid; it must be an integer of at least 0'],
  ['compute: {gpu: 0.5}', 'cortex.yaml:6:18 compute.gpu: 0.5 is a float; it must be an integer of at least 0'],
  [
    'compute: {inf: 1}',
    'cortex.yaml:6:18 compute.inf: 1 is not valid; it must be 0: AWS Inferentia is not supported, remove the line',
  ],
  [
    'compute: {inf: -1}',
    'cortex.yaml:6:18 compute.inf: -1 is not valid; it must be 0: AWS Inferentia is not supported, remove the line',
  ],
  [
    'compute: {inf: none}',
    'cortex.yaml:6:18 compute.inf: "none" is a string; it must be 0: AWS Inferentia is not supported, remove the line',
  ],
  ['compute: {memory: 1Gi}', 'cortex.yaml:6:13 compute.memory: is no known key; did you mean "mem"?'],
  ['compute: {cpus: 1}', 'cortex.yaml:6:13 compute.cpus: is no known key; did you mean "cpu"?'],
  ['compute:', 'cortex.yaml:6:3 compute: is empty; it must be a map with cpu, mem, gpu, inf, or the line be removed'],
  ['compute: [1]', 'cortex.yaml:6:12 compute: is a list; it must be a map with cpu, mem, gpu, inf'],
  ['compute: 1', 'cortex.yaml:6:12 compute: 1 is an integer; it must be a map with cpu, mem, gpu, inf'],
  [
    'update_strategy: {max_surge: 0, max_unavailable: 0%}',
    'cortex.yaml:6:52 update_strategy.max_unavailable: max_surge and max_unavailable are both zero; one of them must be above zero',
  ],
  [
    'update_strategy: {max_surge: 101%}',
    'cortex.yaml:6:32 update_strategy.max_surge: "101%" is not valid; it must be a count such as 5, or a percentage from 0% to 100%',
  ],
  [
    'update_strategy: {max_surge: -1}',
    'cortex.yaml:6:32 update_strategy.max_surge: -1 is not valid; it must be a count such as 5, or a percentage from 0% to 100%',
  ],
  [
    'update_strategy: {max_surge: 0.5}',
    'cortex.yaml:6:32 update_strategy.max_surge: 0.5 is a float; it must be a count such as 5, or a percentage from 0% to 100%',
  ],
  [
    'update_strategy: {max_unavailable: some}',
    'cortex.yaml:6:38 update_strategy.max_unavailable: "some" is not valid; it must be a count such as 5, or a percentage from 0% to 100%',
  ],
  [
    'update_strategy: {max_unavailable: 2.5%}',
    'cortex.yaml:6:38 update_strategy.max_unavailable: "2.5%" is not valid; it must be a count such as 5, or a percentage from 0% to 100%',
  ],
  [
    'networking: {endpoint: /}',
    'cortex.yaml:6:26 networking.endpoint: "/" is not valid; it must be a URL path such as /models/iris, of letters, digits, "-", "_" and ".", no segment of it empty, "." or ".."',
  ],
  [
    'networking: {endpoint: ""}',
    'cortex.yaml:6:26 networking.endpoint: "" is not valid; it must be a URL path such as /models/iris, of letters, digits, "-", "_" and ".", no segment of it empty, "." or ".."',
  ],
  [
    'networking: {endpoint: a//b}',
    'cortex.yaml:6:26 networking.endpoint: "a//b" is not valid; it must be a URL path such as /models/iris, of letters, digits, "-", "_" and ".", no segment of it empty, "." or ".."',
  ],
  [
    'networking: {endpoint: /a/../b}',
    'cortex.yaml:6:26 networking.endpoint: "/a/../b" is not valid; it must be a URL path such as /models/iris, of letters, digits, "-", "_" and ".", no segment of it empty, "." or ".."',
  ],
  [
    'networking: {endpoint: /./a}',
    'cortex.yaml:6:26 networking.endpoint: "/./a" is not valid; it must be a URL path such as /models/iris, of letters, digits, "-", "_" and ".", no segment of it empty, "." or ".."',
  ],
  [
    'networking: {endpoint: "/a b"}',
    'cortex.yaml:6:26 networking.endpoint: "/a b" is not valid; it must be a URL path such as /models/iris, of letters, digits, "-", "_" and ".", no segment of it empty, "." or ".."',
  ],
  [
    'networking: {endpoint: "/a?b"}',
    'cortex.yaml:6:26 networking.endpoint: "/a?b" is not valid; it must be a URL path such as /models/iris, of letters, digits, "-", "_" and ".", no segment of it empty, "." or ".."',
  ],
  [
    'networking: {endpoint: /\u00e4}',
    'cortex.yaml:6:26 networking.endpoint: "/\u00e4" is not valid; it must be a URL path such as /models/iris, of letters, digits, "-", "_" and ".", no segment of it empty, "." or ".."',
  ],
  [
    'networking: {endpoint: 12}',
    'cortex.yaml:6:26 networking.endpoint: 12 is an integer; it must be a URL path such as /models/iris, of letters, digits, "-", "_" and ".", no segment of it empty, "." or ".." (as a string: "12")',
  ],
  [
    'networking: {endpoint: }',
    'cortex.yaml:6:16 networking.endpoint: is empty; it must be a URL path such as /models/iris, of letters, digits, "-", "_" and ".", no segment of it empty, "." or "..", or the line be removed',
  ],
  [
    'networking: {api_gateway: none}',
    'cortex.yaml:6:16 networking.api_gateway: is not supported: it belongs to older versions of Cortex; remove it',
  ],
  [
    'networking: {local_port: 8888}',
    'cortex.yaml:6:16 networking.local_port: is not supported: it belongs to older versions of Cortex; the port is an option of the command line',
  ],
  [
    'definition: {path: x.py}',
    'cortex.yaml:6:3 definition: is not supported: it belongs to the kind TaskAPI; an AsyncAPI has a predictor',
  ],
  [
    'apis: []',
    'cortex.yaml:6:3 apis: is not supported: it belongs to the kind TrafficSplitter; an AsyncAPI has a predictor',
  ],
  ['predictors: {}', 'cortex.yaml:6:3 predictors: is no known key; did you mean "predictor"?'],
  ['monitoring: {}', 'cortex.yaml:6:3 monitoring: is not supported: it belongs to older versions of Cortex; remove it'],
  [
    'pod: {}',
    'cortex.yaml:6:3 pod: is not supported: it belongs to later versions of Cortex; here it is called predictor and compute',
  ],
  [
    '"": 1',
    'cortex.yaml:6:3 "": is no known key; the keys here are name, kind, predictor, compute, autoscaling, update_strategy, networking',
  ],
  ['? [a]\n  : 1', 'cortex.yaml:6:5 a key is a collection (a list); keys must be strings'],
];

for (const [written, expected] of rows) {
  test(`${JSON.stringify(written)} is told with its place, its fault and what would be valid`, () => {
    assert.equal(problemLines(api({ after: [written] })), [expected]);
  });
}

test.run();
