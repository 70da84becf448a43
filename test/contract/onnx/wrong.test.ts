import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ask, failureOf } from '../support/ask.ts';
import { serveForAllTests } from '../support/fixture-server.ts';
import { modelProject } from '../support/model-project.ts';

const server = serveForAllTests(
  modelProject('onnx/wrong', {
    'models/pairs/3/pairs.onnx': 'pairs',
    'models/picture/picture.onnx': 'picture',
    'models/counts/counts.onnx': 'identity-int32',
    'models/texts/texts.onnx': 'identity-string',
    'models/addition/addition.onnx': 'several',
    'models/reshape/reshape.onnx': 'reshape',
    'models/biased/biased.onnx': 'default',
  }),
);

const pairs = 'the model "pairs" (version 3): input "x": expected float32 of shape [N, 2], got';
const counts = 'the model "counts" (version 1): input "x": expected int32 of shape [N], got';
const texts = 'the model "texts" (version 1): input "x": expected string of shape [N], got';
const version = 'model_version is "latest" or digits in a string, such as "3"; got';
const MODELS = 'addition, biased, counts, pairs, picture, reshape, texts';

/** What a call is (`wrong.py` knows it by that), and how the sentence about it begins. */
const CALLS: readonly (readonly [call: string, message: string])[] = [
  ['rank', `${pairs} shape [1, 1, 3]`],
  ['size', `${pairs} shape [3]`],
  [
    'no batch',
    'the model "picture" (version 1): input "image": expected float32 of shape [1, 3, 4, 6], got shape [2, 2]',
  ],
  ['ragged', `${pairs} a ragged list: a list of 1 item at [1] where at [0] is a list of 2 items`],
  ['deeper in places', `${pairs} a ragged list`],
  ['nan', `${counts} NaN at [1]`],
  ['infinity', `${counts} Infinity at [0]`],
  ['too large', `${counts} 2147483648 at [0], which is not within -2147483648 to 2147483647`],
  ['string', `${pairs} the string '1' at [0][0]`],
  ['text', `${pairs} the string 'one'`],
  ['object', `${pairs} a cortex_onnx_predictor.Measure at [0]`],
  ['none', `${pairs} None`],
  ['none inside', `${pairs} None at [1]`],
  ['bytes', `${pairs} the bytes b'1234'`],
  ['dictionary inside', `${pairs} a dict at [0]`],
  ['object for text', `${texts} a cortex_onnx_predictor.Measure at [0]`],
  ['not UTF-8', `${texts} the bytes b'\\xff' at [0]`],
  [
    'missing input',
    'the model "addition" (version 1): input "flag" is missing: expected "a", "b", "flag", got "a", "b"',
  ],
  ['none for an input', 'the model "addition" (version 1): input "b": expected float32 of shape'],
  ['unknown input', 'the model "addition" (version 1): unknown input "c": expected "a", "b", "flag", got'],
  [
    'input with a default',
    'the model "biased" (version 1): input "bias" has a default in the model, in whose place onnxruntime-node takes no other value',
  ],
  ['wrong name', 'the model "pairs" (version 3): input "x" is missing: expected "x", got "y"'],
  [
    'list for several',
    'the model "addition" (version 1): expected a dictionary with the inputs "a", "b", "flag", got a list',
  ],
  ['sizes that differ', 'the run of the model "addition" (version 1) failed: '],
  ['in the run', 'the run of the model "reshape" (version 1) failed: '],
  ['unknown model', `there is no model "peers"; the models are: ${MODELS}`],
  ['no model', `model_name is missing; the models are: ${MODELS}`],
  ['a model of a number', 'model_name is a string or None; got 5, int'],
  ['unknown version', 'the model "pairs" has no version 7; its versions are: 3'],
  ['version as a number', `${version} 3, int`],
  ['version as a word', `${version} 'newest', str`],
  ['negative version', `${version} '-1', str`],
  ['empty version', `${version} '', str`],
];

for (const [call, message] of CALLS) {
  test(`a call with a wrong input fails its workload, in a sentence with model, input, expected and got: ${call}`, async () => {
    const error = await failureOf(server.api('wrong'), { call });
    assert.is(error.code, 'PONS_ERR_PREDICTOR_RAISED');
    assert.match(error.message, `UserRuntimeException: ${message}`);
    assert.match(error.message, /wrong\.py:\d+ in predict: self\.client\.predict\(\*arguments\)/);
    assert.not.match(error.message, /predictor_host\/|bridge\/|onnxruntime_src/);
  });
}

test('a run that fails is told with what it was given', async () => {
  const { message } = await failureOf(server.api('wrong'), { call: 'sizes that differ' });
  assert.match(message, '(given "a" float32 [3], "b" float32 [2], "flag" bool [1])');
});

test('each of them can be caught by the names that existing predictors use, and the same process calls on', async () => {
  const pids = new Set<unknown>();
  for (const [call, message] of CALLS) {
    const result = await ask(server.api('wrong'), { call, catch: true });
    assert.equal(result['caught'], ['UserRuntimeException', 'UserException', 'CortexException', 'Exception'], call);
    assert.is(String(result['message']).slice(0, message.length), message);
    assert.is(result['alive'], 2);
    pids.add(result['pid']);
  }
  assert.is(pids.size, 1);
});

const FEEDS: readonly (readonly [feed: unknown, outputs: string[] | null, message: string])[] = [
  [{ a: [1] }, null, 'the model "addition" (version 1): input "b" is missing'],
  [[1], null, 'the model "addition" (version 1): expected a dictionary with the inputs "a", "b", "flag", got a list'],
  [
    { a: [1], b: [1], flag: [true] },
    ['z'],
    'the model "addition" (version 1) has no output "z"; it has "number", "sum", "size"',
  ],
  [
    { a: 'x', b: [1], flag: [true] },
    null,
    'the model "addition" (version 1): input "a": expected float32 of shape [N]',
  ],
];

test('session.run tells what is wrong with its feed and outputs', async () => {
  for (const [feed, outputs, message] of FEEDS) {
    assert.match((await failureOf(server.api('wrong'), { feed, outputs })).message, message);
  }
});

const LONG: readonly (readonly [title: string, named: string[], message: RegExp])[] = [
  [
    'a name that no answer has room for',
    ['"'.repeat(500_000)],
    /UserRuntimeException: there is no model "(\\")+\.\.\."; the models are: addition/,
  ],
  [
    'a version that no answer has room for',
    ['pairs', '7'.repeat(1_048_400)],
    /the model "pairs" has no version 7+\.\.\.; its/,
  ],
  [
    'a name that no request has room for',
    ['a'.repeat(1_200_000)],
    /UserRuntimeException: the model "a{80}" cannot be called: the request cannot be sent: a header of/,
  ],
];

for (const [title, named, message] of LONG) {
  test(`${title} fails its workload alone, in a short sentence`, async () => {
    const error = await failureOf(server.api('wrong'), { named });
    assert.match(error.message, message);
    assert.ok(error.message.length < 1000, String(error.message.length));
    assert.equal(await ask(server.api('wrong'), { named: ['pairs'] }), { outputs: 1 });
  });
}

test('a single model needs no name and heeds none, but its versions are looked at', async () => {
  const input = [1, 2];
  for (const further of [[], ['any'], ['any', '3'], [null, 'latest']]) {
    assert.equal(await ask(server.api('single'), { input, further }), { first: [1, 2] });
  }
  const { message } = await failureOf(server.api('single'), { input, further: [null, '4'] });
  assert.match(message, 'UserRuntimeException: the model has no version 4; its versions are: 3');
});

test.run();
