import { readFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Dimension, ElementType } from '../../../bridge/node/tensors.ts';
import { withCaller } from '../../support/models/caller.ts';
import { ModelPeer, spec } from '../../support/models/peer.ts';
import { oldestAndNewest, pythons } from '../../support/pythons.ts';

type Row = readonly [ElementType, readonly Dimension[] | null, value: string, told: string];

/** What an identity of the type and shape answers. `got` begins the end of an error, without the place that expected it. */
const ROWS: readonly Row[] = [
  ['float32', [null], '5.2', '[5.2]'],
  [
    'float32',
    [null, 3],
    '[[0.1, 1, 1e-45], [nan, inf, -inf]]',
    "[0.1, 1.0, 1.4013e-45, 'NaN', 'Infinity', '-Infinity']",
  ],
  ['float32', [null, 2], '[1, 2]', '[1.0, 2.0]'],
  ['float64', [], '0.1', '[0.1]'],
  ['float64', [2], '[nan, -inf]', "['NaN', '-Infinity']"],
  ['float16', [2], '[1, -2]', '[15360, 49152]'],
  ['bfloat16', [2], '[1, -2]', '[16256, 49152]'],
  ['int8', [2], '[-128, True]', '[-128, 1]'],
  ['uint8', [2], "b'\\x00\\xff'", '[0, 255]'],
  ['int32', [2], 'range(2)', '[0, 1]'],
  ['uint32', [1], '[2 ** 32 - 1]', '[4294967295]'],
  ['int64', [2], '[-2 ** 63, 5]', "['-9223372036854775808', '5']"],
  ['uint64', [1], '[2 ** 64 - 1]', "['18446744073709551615']"],
  ['bool', [2], '[True, False]', '[True, False]'],
  ['complex64', [1], '[0.1 - 2j]', '[0.1, -2.0]'],
  ['complex128', [1], '[0.1 - 2j]', '[0.1, -2.0]'],
  ['string', [2], "['é', b'\\xff\\x00']", "['w6k=', '/wA=']"],
  ['string', [null], "'one'", "['b25l']"],
  ['float32', null, '[[], []]', '[]'],
  ['int32', [1], '[1.0]', 'got the float 1.0 at [0]'],
  ['int64', [1], '[nan]', 'got NaN at [0]'],
  ['int8', [1], '[200]', 'got 200 at [0], which is not within -128 to 127'],
  ['float32', [1], "['1.5']", "got the string '1.5' at [0]"],
  ['bool', [1], '[1]', 'got 1 at [0]'],
  ['string', [1], '[1]', 'got 1 at [0]'],
  ['float32', [null, 4], '[[1, 2], [3, 4]]', 'got shape [2, 2]'],
  ['float32', [null, 4], '[1, 2, 3]', 'got shape [3]'],
  ['float32', [1], '[[1], [2, 3]]', 'got a ragged list: a list of 2 items at [1] where at [0] is a list of 1 item'],
];

const ARRAYS: readonly Row[] = [
  ['float32', [null, 2], "np.arange(4, dtype='f8').reshape(2, 2).T", '[0.0, 2.0, 1.0, 3.0]'],
  ['int64', [2], 'np.array([1.9, -1.9])', "['1', '-1']"],
  ['float32', [1], 'np.array([True])', '[1.0]'],
  ['bool', [2], 'np.array([0, 2])', '[False, True]'],
  ['string', [1], "np.array(['é'])", "['w6k=']"],
  ['int64', [1], 'np.array([nan])', 'got NaN at [0]'],
  ['float32', [1], "np.array(['1'])", 'got an array of <U1'],
];

const ALL = [...ROWS, ...ARRAYS];
const model = ([type, shape]: Row) => ({ inputs: [spec('x', type, shape)] });
const peer = new ModelPeer(Object.fromEntries(ALL.map((row, index) => [`m${index}`, model(row)])));

function assertTold(told: readonly string[], rows: readonly Row[]): void {
  for (const [index, [type, , value, expected]] of rows.entries()) {
    const found = told[index] ?? '';
    if (expected.startsWith('got')) {
      assert.match(found, /^UserException: the model "m\d+" \(version 1\): input "x": expected /, `${type} ${value}`);
      assert.is(found.slice(found.indexOf('got ')), expected, `${type} ${value}`);
    } else assert.is(found, expected, `${type} ${value}`);
  }
}

for (const python of pythons) {
  test(`values of every type come back as protobuf's JSON form has them (Python ${python.version})`, () =>
    withCaller({ peer, python, type: 'tensorflow' }, async (tell) => {
      assertTold(
        await tell(...ROWS.map(([, , value], index) => `client.predict({'x': ${value}}, 'm${index}')['x']`)),
        ROWS,
      );
    }));
}

for (const python of oldestAndNewest) {
  test(`arrays of NumPy's are cast as TensorFlow does (Python ${python.version})`, () =>
    withCaller({ peer, python, type: 'tensorflow', numpy: true }, async (tell) => {
      assert.equal(await tell("client.predict({'x': 1}, 'm0')", "'numpy' in sys.modules"), ["{'x': [1.0]}", 'False']);
      const calls = ALL.map(([, , value], index) => `client.predict({'x': ${value}}, 'm${index}')['x']`);
      assertTold(await tell(...calls), ALL);
    }));
}

test('a float32 has the digits that protobuf gives it', () => {
  const file = new URL('../../fixtures/models/float32-json.json', import.meta.url);
  const pairs = JSON.parse(readFileSync(file, 'utf8')) as readonly (readonly [bits: string, value: number | string])[];
  return withCaller({ peer, type: 'tensorflow' }, async (tell) => {
    const bits = `array.array('f', array.array('I', [${pairs.map(([hex]) => `0x${hex}`).join(',')}]).tobytes())`;
    const [told] = await tell(`__import__('json').dumps(client.predict({'x': ${bits}}, 'm18')['x'])`);
    assert.equal(
      JSON.parse(told ?? ''),
      pairs.map(([, value]) => value),
    );
  });
});

test('inputs go by their names; what is missing, unknown or no dictionary is an error', () => {
  const two = { inputs: [spec('a', 'int32', []), spec('b', 'string', [null])] };
  return withCaller({ peer: new ModelPeer({ two }), type: 'tensorflow' }, async (tell) => {
    const told = await tell(
      "client.predict({'b': ['x'], 'a': 1}, model_name='two')",
      "client.predict({'a': 1}, 'two')",
      "client.predict({'a': 1, 'b': 'x', 'c': 2}, 'two')",
      "client.predict([1], 'two')",
      "client.predict({'a': 1}, 'two', 1)",
    );
    assert.equal(told, [
      "{'a': [1], 'b': ['eA==']}",
      'UserException: the model "two" (version 1): input "b" is missing: expected "a", "b", got "a"',
      'UserException: the model "two" (version 1): unknown input "c": expected "a", "b", got "a", "b", "c"',
      'UserException: the model "two" (version 1): expected a dictionary with the inputs "a", "b", got a list',
      'UserRuntimeException: model_version is "latest" or digits in a string, such as "3"; got 1, int',
    ]);
  });
});

test('metadata has the shape that Cortex gave it', () => {
  const inputs = [spec('images', 'float32', [null, 'w', 3]), spec('size', 'int64', []), spec('any', 'string', null)];
  const signatures = {
    predict: { inputs, outputs: [spec('classes', 'float16', [null])], methodName: 'tensorflow/serving/predict' },
  };
  const listing = new ModelPeer({});
  const iris = { diskPath: '/models/iris/3', timestamp: 1602025473, signatureKey: 'predict', signatures };
  listing.list = { models: { 'iris-3': iris }, caching: false };
  return withCaller({ peer: listing, type: 'tensorflow' }, async (tell) => {
    const [metadata, caching] = await tell("__import__('json').dumps(client.metadata)", 'client.caching');
    const dim = (...sizes: string[]) => ({ dim: sizes.map((size) => ({ size })) });
    assert.equal(JSON.parse(metadata ?? ''), {
      'iris-3': {
        disk_path: '/models/iris/3',
        signature_def: {
          predict: {
            inputs: {
              images: { dtype: 'DT_FLOAT', tensorShape: dim('-1', '-1', '3') },
              size: { dtype: 'DT_INT64', tensorShape: {} },
              any: { dtype: 'DT_STRING', tensorShape: { unknownRank: true } },
            },
            outputs: { classes: { dtype: 'DT_HALF', tensorShape: dim('-1') } },
            methodName: 'tensorflow/serving/predict',
          },
        },
        signature_key: 'predict',
        input_signatures: {
          images: { shape: [-1, -1, 3], type: 'float32' },
          size: { shape: ['scalar'], type: 'int64' },
          any: { shape: ['unknown'], type: 'string' },
        },
        timestamp: 1602025473,
      },
    });
    assert.is(caching, 'False');
  });
});

test.run();
