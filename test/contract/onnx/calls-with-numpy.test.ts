import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ask, failureOf } from '../support/ask.ts';
import { serveForAllTests } from '../support/fixture-server.ts';
import { fixtureFile, modelProject } from '../support/model-project.ts';
import { CALLED_MODELS, testCalls } from './support/call-tests.ts';

const project = modelProject('onnx/calls', CALLED_MODELS, {
  'cortex.yaml': `${fixtureFile('onnx/calls/cortex.yaml')}\n${fixtureFile('onnx/arrays/apis.yaml')}`,
  'arrays.py': fixtureFile('onnx/arrays/arrays.py'),
  'requirements.txt': 'numpy\n',
});
const server = serveForAllTests(project);

testCalls(server);

const GIVEN: readonly (readonly [kind: string, product: readonly number[]])[] = [
  ['float64', [0, 5, 10]],
  ['row', [10, 20, 30]],
  ['reversed', [20, 10, 0]],
  ['column', [10, 30, 50]],
  ['fortran', [0, 10, 20, 30]],
  ['big endian', [10, 20, 30]],
  ['list of arrays', [10, 20]],
  ['scalar', [40]],
  ['half', [5]],
  ['bools', [10, 0]],
  ['empty', []],
];

test('arrays of any numbers, order and rank go in, and come out in the type of the model', async () => {
  for (const [kind, product] of GIVEN) {
    const expected = { product, type: 'ndarray', dtype: 'float32', shape: [product.length] };
    assert.equal(await ask(server.api('arrays'), kind), expected, kind);
  }
});

test('an array that came out may be changed, and go in again', async () => {
  assert.equal(await ask(server.api('arrays'), 'writable'), { changed: [11, 11, 11], again: [110, 110, 110] });
});

test('a picture goes in as image libraries lay it out', async () => {
  assert.equal(await ask(server.api('arrays'), 'picture'), { means: [-0.5, 0.5, -0.5], argmax: 1 });
});

test('text comes out as an array of objects, probabilities as dictionaries', async () => {
  const { sure, ...rest } = await ask(server.api('arrays'), 'flowers');
  assert.equal(rest, { label: 'setosa', dtype: 'object', kind: 'list' });
  assert.ok(Number(sure) > 0.9);
});

test('session.run takes and gives arrays, and a feed may mix arrays with lists', async () => {
  assert.equal(await ask(server.api('arrays'), 'session'), { sum: [4, 6], size: [2], dtypes: ['float32', 'int64'] });
  assert.equal(await ask(server.api('arrays'), 'mixed'), { all: [[1, 0], [1, 3], [2]] });
});

const times = 'the model "times" (version 10): input "x": expected float32 of shape [N], got';
const counts = 'the model "counts" (version 1): input "x": expected int32 of shape [N], got';
const WRONG: readonly (readonly [kind: string, message: string])[] = [
  [
    'rank',
    'the model "picture" (version 1): input "image": expected float32 of shape [1, 3, 4, 6], got shape [2, 2, 2]',
  ],
  ['text', times],
  ['objects', `${times} the string 'two' at [1]`],
  ['complex', `${times} 1j at [0]`],
  ['nan', `${counts} NaN at [1]`],
  ['too large', `${counts} 1099511627776 at [0]`],
  ['times of day', times],
];

test('arrays that do not fit are told by model, input, expected and got', async () => {
  for (const [kind, message] of WRONG) {
    const error = await failureOf(server.api('arrays'), kind);
    assert.match(error.message, `UserRuntimeException: ${message}`, kind);
  }
});

test('an array of millions of numbers comes back to the last one', async () => {
  assert.is((await ask(server.api('arrays'), 'large'))['equal'], true);
});

test.run();
