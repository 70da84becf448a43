import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { loadConfig } from '../../runtime/config/load.ts';
import { MAX_FILE_BYTES } from '../../runtime/config/yaml/source-text.ts';
import { isKnownError } from '../../runtime/errors/known-error.ts';
import { makeTempDir } from '../support/temp-dir.ts';
import { api, files, problemLines, read } from './support/project.ts';

function thrownBy(file: string): { code: string; message: string } {
  try {
    loadConfig(file, files);
  } catch (error) {
    if (isKnownError(error)) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

test('a file with the required fields alone gets every default', () => {
  const percent = { kind: 'percent', percent: 25 };
  assert.equal(read(api({})), {
    problems: [],
    apis: [
      {
        name: 'iris',
        kind: 'AsyncAPI',
        endpoint: '/iris',
        predictor: {
          type: 'python',
          path: 'predictor.py',
          config: {},
          pythonPath: null,
          env: {},
          logLevel: 'info',
          image: null,
          tensorflowServingImage: null,
          dependencies: {
            pip: { path: 'requirements.txt', named: false },
            conda: { path: 'conda-packages.txt', named: false },
            shell: { path: 'dependencies.sh', named: false },
          },
          models: null,
          shmSizeBytes: null,
          processesPerReplica: 1,
          threadsPerProcess: 1,
        },
        compute: { cpuMillis: 200, cpuWritten: false, memBytes: null, gpu: 0 },
        autoscaling: {
          minReplicas: 1,
          maxReplicas: 100,
          initReplicas: 1,
          maxReplicaConcurrency: null,
          targetReplicaConcurrency: 1,
          windowMs: 60_000,
          downscaleStabilizationMs: 300_000,
          upscaleStabilizationMs: 60_000,
          maxDownscaleFactor: 0.75,
          maxUpscaleFactor: 1.5,
          downscaleTolerance: 0.05,
          upscaleTolerance: 0.05,
        },
        updateStrategy: { maxSurge: percent, maxUnavailable: percent },
        notActedOn: [],
      },
    ],
  });
});

test('a broken file throws one error with a line for each problem, in the order of the file', () => {
  const file = join(makeTempDir(), 'my api.yaml');
  writeFileSync(file, '- name: iris\n  kind: AsyncAPI\n  predictor:\n    type: pyton\n  path: x\n- 3\n');
  const error = thrownBy(file);
  assert.is(error.code, 'PONS_ERR_CONFIG_INVALID');
  assert.equal(error.message.split('\n'), [
    `${file}:4:5 [iris] predictor.path: is missing; it must be the path of a .py file, relative to the project root`,
    `${file}:4:11 [iris] predictor.type: "pyton" is not valid; it must be python, tensorflow or onnx; did you mean "python"?`,
    `${file}:5:3 [iris] path: is no known key; the keys here are name, kind, predictor, compute, autoscaling, update_strategy, networking`,
    `${file}:6:3 [#2] an API is an integer; it must be a map with name, kind and predictor`,
  ]);
});

test('the problems are there as data too', () => {
  const [problem] = read(api({ after: ['compute: {gpu: -1}'] })).problems;
  assert.equal(
    { ...problem, file: '' },
    {
      file: '',
      line: 6,
      column: 18,
      api: null,
      path: 'compute.gpu',
      message: '-1 is not valid; it must be an integer of at least 0',
    },
  );
});

test('thousands of problems are shown as two hundred and a count', () => {
  const file = join(makeTempDir(), 'cortex.yaml');
  writeFileSync(file, '- 1\n'.repeat(5000));
  const lines = thrownBy(file).message.split('\n');
  assert.is(lines.length, 201);
  assert.is(lines[200], 'and 4800 more problems');
});

const predictor = 'kind: AsyncAPI, predictor: {type: python, path: predictor.py}';
const rest = 'must be unique in the file';

test('two APIs of one name are told with both places', () => {
  assert.equal(problemLines(`- {name: a, ${predictor}}\n- {name: b, ${predictor}}\n- {name: a, ${predictor}}\n`), [
    `cortex.yaml:3:10 [a] name: "a" is the name of another API, at cortex.yaml:1:10; names ${rest}`,
  ]);
});

test('two APIs of one endpoint are told with both places, in whatever way it is written', () => {
  const taken = 'the endpoint of another API, at cortex.yaml';
  assert.equal(
    problemLines(
      `- {name: a, ${predictor}, networking: {endpoint: x/y}}\n- {name: b, ${predictor}, networking: {endpoint: /x/y/}}\n`,
    ),
    [`cortex.yaml:2:99 [b] networking.endpoint: "/x/y" is ${taken}:1:99; endpoints ${rest}`],
  );
  assert.equal(problemLines(`- {name: a, ${predictor}, networking: {endpoint: b}}\n- {name: b, ${predictor}}\n`), [
    `cortex.yaml:2:10 [b] networking.endpoint: "/b" is, by its name, ${taken}:1:99; endpoints ${rest}`,
  ]);
});

test('an endpoint one segment below another, where that one has its workloads, is told with both places', () => {
  const at = (name: string, endpoint: string): string =>
    `- {name: ${name}, ${predictor}, networking: {endpoint: ${endpoint}}}\n`;
  const instead = 'GET /a/b must be a workload of /a, so write for instance /a-b instead of /a/b';
  const other = 'the endpoint of another API, at cortex.yaml:1';
  assert.equal(problemLines(at('f', '/a') + at('g', 'a/b/')), [
    `cortex.yaml:2:99 [g] networking.endpoint: "/a/b" is one segment below "/a", ${other}:99; ${instead}`,
  ]);
  assert.equal(problemLines(at('f', '/a/b') + at('g', '/a')), [
    `cortex.yaml:2:99 [g] networking.endpoint: "/a" is one segment above "/a/b", ${other}:99; ${instead}`,
  ]);
  assert.equal(problemLines(at('f', '/a/b') + `- {name: a, ${predictor}}\n`), [
    `cortex.yaml:2:10 [a] networking.endpoint: "/a" is, by its name, one segment above "/a/b", ${other}:99; ${instead}`,
  ]);
  assert.equal(problemLines(at('f', '/a') + at('g', '/ab') + at('h', '/a/b/c') + at('i', '/c')), []);
});

test('of an API of another kind that has a predictor everything is told, as of one that is to become an AsyncAPI', () => {
  const text =
    '- name: a\n  kind: RealtimeAPI\n  predictor:\n    type: pyton\n    server_side_batching: {}\n  compute: {memory: 1Gi}\n';
  assert.equal(
    problemLines(text).map((line) => line.replace(/;.*/, '')),
    [
      'cortex.yaml:2:9 kind: "RealtimeAPI" is not supported',
      'cortex.yaml:4:5 predictor.path: is missing',
      'cortex.yaml:4:11 predictor.type: "pyton" is not valid',
      'cortex.yaml:5:5 predictor.server_side_batching: is not supported: it is for the kind RealtimeAPI',
      'cortex.yaml:6:13 compute.memory: is no known key',
    ],
  );
});

test('of an API of a kind without a predictor only name and kind are told', () => {
  assert.equal(problemLines('- {name: A_, kind: TrafficSplitter, apis: [], networking: 3}\n'), [
    'cortex.yaml:1:10 name: "A_" is not valid; it must be a name of at most 42 lower-case letters, digits and "-" that begins with a letter, does not end with "-" and does not begin with "b-"',
    'cortex.yaml:1:20 kind: "TrafficSplitter" is not supported; the supported kinds are: AsyncAPI',
  ]);
});

test('a file that cannot be read at all has an error of its own', () => {
  const folder = makeTempDir();
  mkdirSync(join(folder, 'folder'));
  writeFileSync(join(folder, 'large.yaml'), `#${'x'.repeat(MAX_FILE_BYTES)}`);
  const codes = ['none.yaml', 'large.yaml/none.yaml', 'folder', 'large.yaml'].map(
    (name) => thrownBy(join(folder, name)).code,
  );
  assert.equal(codes, [
    'PONS_ERR_CONFIG_NOT_FOUND',
    'PONS_ERR_CONFIG_NOT_FOUND',
    'PONS_ERR_CONFIG_UNREADABLE',
    'PONS_ERR_CONFIG_TOO_LARGE',
  ]);
});

test('a byte that is no UTF-8 is told with its place', () => {
  const bytes = Buffer.concat([Buffer.from('- name: \u00e4\n  b: \u00e4'), Buffer.from([0xe4, 0x0a])]);
  assert.equal(problemLines(bytes), ['cortex.yaml:2:7 the file is not UTF-8 text from here on; save it as UTF-8']);
});

test('a byte order mark, Windows line ends and UTF-16 change nothing', () => {
  const text = api({ inPredictor: ['config: {a: "\u00e4"}'] });
  const plain = read(text);
  assert.is(plain.apis.length, 1);
  assert.equal(read(`\ufeff${text.replaceAll('\n', '\r\n')}`), plain);
  assert.equal(read(Buffer.from(`\ufeff${text}`, 'utf16le')), plain);
});

test.run();
