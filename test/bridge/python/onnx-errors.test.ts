import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { up } from '../../../bridge/node/methods.ts';
import { withCaller } from '../../support/models/caller.ts';
import { ModelPeer, spec } from '../../support/models/peer.ts';
import { oldestAndNewest } from '../../support/pythons.ts';

const models = {
  floats: { version: '2', inputs: [spec('x', 'float32', ['N', 4])] },
  longs: { inputs: [spec('x', 'int64', [null, 2])] },
  bytes: { inputs: [spec('x', 'uint8', ['N'])] },
  texts: { inputs: [spec('x', 'string', ['N'])] },
  flags: { inputs: [spec('x', 'bool', ['N'])] },
  two: { inputs: [spec('a', 'float32', [1]), spec('b', 'int32', null)] },
  none: { inputs: [] },
  biased: { inputs: [spec('x', 'float32', ['N'])], defaults: ['bias'] },
};

const floats = (got: string) =>
  `the model "floats" (version 2): input "x": expected float32 of shape [N, 4], got ${got}`;
const longs = (got: string) => `the model "longs" (version 1): input "x": expected int64 of shape [?, 2], got ${got}`;
const bytes = (got: string) => `the model "bytes" (version 1): input "x": expected uint8 of shape [N], got ${got}`;
const texts = (got: string) => `the model "texts" (version 1): input "x": expected string of shape [N], got ${got}`;
const version = (got: string) => `model_version is "latest" or digits in a string, such as "3"; got ${got}`;

/** Arguments of `predict`, and the sentence. */
const REFUSED: readonly (readonly [args: string, message: string])[] = [
  ["[1, 2, 3], 'floats'", floats('shape [3]')],
  ["[[1, 2], [3, 4], [5, 6]], 'floats'", floats('shape [3, 2]')],
  ["[1, 2, '3', 4], 'floats'", floats("the string '3' at [2]")],
  ["[[1, 2, 3, 4], [1, 2, b'x', 4]], 'floats'", floats("the bytes b'x' at [1][2]")],
  ["[1, 2, None, 4], 'floats'", floats('None at [2]')],
  ["'1234', 'floats'", floats("the string '1234'")],
  ["b'1234', 'floats'", floats("the bytes b'1234'")],
  ["None, 'floats'", floats('None')],
  ["{1, 2}, 'floats'", floats('a set')],
  ["[{'a': 1}, {}, {}, {}], 'floats'", floats('a dict at [0]')],
  ["[1j, 2, 3, 4], 'floats'", floats('1j at [0]')],
  ["[10 ** 400, 2, 3, 4], 'floats'", floats(`1${'0'.repeat(79)}... at [0], which is too large for float32`)],
  [
    "[[1, 2], [3, 4, 5]], 'floats'",
    floats('a ragged list: a list of 3 items at [1] where at [0] is a list of 2 items'),
  ],
  [
    "[[[1], [2]], [[3], [4, 5]]], 'floats'",
    floats('a ragged list: a list of 2 items at [1][1] where at [0][0] is a list of 1 item'),
  ],
  ["[1, [2], 3, 4], 'floats'", floats('a ragged list: a list of 1 item at [1] where at [0] is 1')],
  ["[[1], 2, 3, 4], 'floats'", floats('a ragged list: 2 at [1] where at [0] is a list of 1 item')],
  ["datetime.date(2020, 1, 1), 'floats'", floats('a datetime.date')],
  ["[1, nan], 'longs'", longs('NaN at [1]')],
  ["[[1, 2], [3, inf]], 'longs'", longs('Infinity at [1][1]')],
  [
    "[1, 2 ** 63], 'longs'",
    longs('9223372036854775808 at [1], which is not within -9223372036854775808 to 9223372036854775807'),
  ],
  [
    "[1, 1e30], 'longs'",
    longs('the float 1e+30 at [1], which is not within -9223372036854775808 to 9223372036854775807'),
  ],
  ["[1, '2'], 'longs'", longs("the string '2' at [1]")],
  ["[0, 256], 'bytes'", bytes('256 at [1], which is not within 0 to 255')],
  ["[-1.5], 'bytes'", bytes('the float -1.5 at [0], which is not within 0 to 255')],
  ["['a', None], 'texts'", texts('None at [1]')],
  ["['\\ud800'], 'texts'", texts("the string '\\ud800' at [0], which holds half of a surrogate pair")],
  ["[b'\\xff'], 'texts'", texts("the bytes b'\\xff' at [0], which are not UTF-8")],
  [
    "['yes'], 'flags'",
    `the model "flags" (version 1): input "x": expected bool of shape [N], got the string 'yes' at [0]`,
  ],

  ["{'y': [1]}, 'floats'", 'the model "floats" (version 2): input "x" is missing: expected "x", got "y"'],
  [
    "{'x': [1, 2, 3, 4], 'y': 1}, 'floats'",
    'the model "floats" (version 2): unknown input "y": expected "x", got "x", "y"',
  ],
  ["{'x': None}, 'floats'", 'the model "floats" (version 2): input "x": expected float32 of shape [N, 4], got None'],
  ["{}, 'two'", 'the model "two" (version 1): input "a" is missing: expected "a", "b", got none'],
  ["{'a': [1]}, 'two'", 'the model "two" (version 1): input "b" is missing: expected "a", "b", got "a"'],
  [
    "{'a': [1], 'b': 1, 3: 4}, 'two'",
    'the model "two" (version 1): unknown input 3: expected "a", "b", got "a", "b", 3',
  ],
  ["[1, 2], 'two'", 'the model "two" (version 1): expected a dictionary with the inputs "a", "b", got a list'],
  ["[1], 'none'", 'the model "none" (version 1): expected an empty dictionary, since it has no inputs, got a list'],
  ["{'x': 1}, 'none'", 'the model "none" (version 1): unknown input "x": expected none, got "x"'],
  [
    "{'x': [1], 'bias': [1]}, 'biased'",
    'the model "biased" (version 1): input "bias" has a default in the model, in whose place onnxruntime-node takes no other value',
  ],

  ["[1], 'floats', 2", version('2, int')],
  ["[1], 'floats', None", version('None, NoneType')],
  ["[1], 'floats', 'v2'", version("'v2', str")],
  ["[1], 'floats', '-2'", version("'-2', str")],
  ["[1], 'floats', '²'", version("'²', str")],
  ["[1], 'floats', ''", version("'', str")],
  ["[1], 'floats', []", version('[], list')],
  ['[1], 7', 'model_name is a string or None; got 7, int'],
  ["[1], 'no'", 'no version latest of a model no; there is floats, longs, bytes, texts, flags, two, none, biased'],
  [
    "[1], 'floats', '9'",
    'no version 9 of a model floats; there is floats, longs, bytes, texts, flags, two, none, biased',
  ],
  [
    '[1]',
    'no version latest of a model _cortex_default; there is floats, longs, bytes, texts, flags, two, none, biased',
  ],
];

for (const python of oldestAndNewest) {
  for (const numpy of [false, true]) {
    test(`what a model cannot take is one sentence that names it (Python ${python.version}, ${numpy ? 'NumPy' : 'no NumPy'})`, () => {
      const peer = new ModelPeer(models);
      return withCaller({ peer, python, numpy }, async (tell) => {
        const told = await tell(...REFUSED.map(([args]) => `client.predict(${args})`));
        for (const [index, [args, message]] of REFUSED.entries()) {
          assert.is(told[index], `UserRuntimeException: ${message}`, args);
        }
        assert.is(peer.count(up.onnxPredict), 0);
        const right = numpy ? '[float32(1, 4) [[1.0, 2.0, 3.0, 4.0]]]' : '[[[1.0, 2.0, 3.0, 4.0]]]';
        assert.equal(await tell("client.predict([1, 2, 3, 4], 'floats', '2')"), [right]);
      });
    });
  }
}

test.run();
