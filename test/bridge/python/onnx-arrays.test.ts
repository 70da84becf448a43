import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Dimension, ElementType } from '../../../bridge/node/tensors.ts';
import { withCaller } from '../../support/models/caller.ts';
import { ModelPeer, spec } from '../../support/models/peer.ts';
import { oldestAndNewest } from '../../support/pythons.ts';

/** What an identity of the type and shape answers for an array of NumPy's, or the error. */
const ROWS: readonly (readonly [ElementType, readonly Dimension[] | null, value: string, told: string])[] = [
  ['float32', ['N', 2], "np.arange(4, dtype='f4')", 'float32(2, 2) [[0.0, 1.0], [2.0, 3.0]]'],
  ['float32', ['N', 2], "np.arange(4, dtype='f8').reshape(2, 2).T", 'float32(2, 2) [[0.0, 2.0], [1.0, 3.0]]'],
  [
    'float32',
    ['N', 2],
    "np.asfortranarray(np.arange(4, dtype='f4').reshape(2, 2))",
    'float32(2, 2) [[0.0, 1.0], [2.0, 3.0]]',
  ],
  ['float32', ['N'], "np.arange(6, dtype='f4')[::-2]", 'float32(3,) [5.0, 3.0, 1.0]'],
  ['float32', ['N'], "np.array([1, 2.5], dtype='>f4')", 'float32(2,) [1.0, 2.5]'],
  ['int64', ['N'], "np.array([1, -2], dtype='>i2')", 'int64(2,) [1, -2]'],
  ['float32', [], 'np.array(1.5)', 'float32() 1.5'],
  ['float32', [1], 'np.float64(1.5)', 'float32(1,) [1.5]'],
  ['float32', ['N'], '[np.float32(1.5), np.int8(2), 3]', 'float32(3,) [1.5, 2.0, 3.0]'],
  ['float32', ['N', 2], "[np.zeros(2), np.ones(2, 'i4')]", 'float32(2, 2) [[0.0, 0.0], [1.0, 1.0]]'],
  ['float32', ['N', 2], '[np.zeros(2), [1, 2]]', 'float32(2, 2) [[0.0, 0.0], [1.0, 2.0]]'],
  ['float32', ['N', 2], 'np.matrix([[1, 2]])', 'float32(1, 2) [[1.0, 2.0]]'],
  ['float32', ['N', 2], 'np.ma.masked_array([1, 2], [False, True])', 'float32(1, 2) [[1.0, 2.0]]'],
  ['float32', ['N'], 'np.array([1, 2.5], dtype=object)', 'float32(2,) [1.0, 2.5]'],
  ['float32', ['N'], 'np.array([1e300, -1e300])', 'float32(2,) [inf, -inf]'],
  ['int64', ['N'], '[np.array([2 ** 53 + 1]), np.array([0.0])]', 'int64(2,) [9007199254740993, 0]'],
  ['string', ['N'], "np.array([2.5, 1], 'f4')", "object(2,) ['2.5', '1.0']"],
  ['string', ['N'], "np.array(['2021-01-19'], 'M8[D]')", "object(1,) ['2021-01-19']"],
  ['float32', ['N', 0], "np.zeros((2, 0), 'f4')", 'float32(2, 0) [[], []]'],
  ['float32', [null, 4], "np.zeros((0, 4), 'f8')", 'float32(0, 4) []'],
  ['float16', ['N'], 'np.array([0.1, 1e6])', 'float16(2,) [0.0999755859375, inf]'],
  ['bfloat16', ['N'], 'np.array([1.00390625, nan])', 'float32(2,) [1.0, nan]'],
  ['complex64', ['N'], 'np.array([1, 2], dtype=np.int8)', 'complex64(2,) [(1+0j), (2+0j)]'],
  ['uint8', ['N'], 'np.array([255.9, -0.5])', 'uint8(2,) [255, 0]'],
  ['int64', ['N'], 'np.array([2.0 ** 62, -2.0 ** 63])', 'int64(2,) [4611686018427387904, -9223372036854775808]'],
  ['int32', ['N'], "np.array([-2.0 ** 31], dtype='f4')", 'int32(1,) [-2147483648]'],
  ['bool', ['N'], 'np.array([True, False])', 'bool(2,) [True, False]'],
  ['string', ['N'], "np.array(['a', 'é'])", "object(2,) ['a', 'é']"],
  ['string', ['N'], "np.array([b'a', b'bc'])", "object(2,) ['a', 'bc']"],
  ['string', ['N', 1], "np.array([['a'], ['é']], dtype=object)", "object(2, 1) [['a'], ['é']]"],

  ['int64', ['N'], 'np.array([1, nan])', 'got NaN at [1]'],
  [
    'int64',
    ['N', 2],
    'np.array([[1, 2], [3, inf]])',
    'got Infinity at [1][1], which is not within -9223372036854775808 to 9223372036854775807',
  ],
  [
    'int64',
    ['N'],
    'np.array([2.0 ** 63])',
    'got the float 9.223372036854776e+18 at [0], which is not within -9223372036854775808 to 9223372036854775807',
  ],
  [
    'int32',
    ['N'],
    "np.array([0, 2.0 ** 31], dtype='f4')",
    'got the float 2147483648.0 at [1], which is not within -2147483648 to 2147483647',
  ],
  ['uint8', ['N'], 'np.array([0, 256])', 'got 256 at [1], which is not within 0 to 255'],
  ['uint64', ['N'], 'np.array([0, -1])', 'got -1 at [1], which is not within 0 to 18446744073709551615'],
  ['float32', ['N'], "np.array(['1.5'])", 'got an array of <U3'],
  ['float32', ['N'], 'np.array([1, 2 + 1j])', 'got (2+1j) at [1]'],
  ['int64', ['N', 1], "np.array([[0], [1j]], 'c8')", 'got 1j at [1][0]'],
  ['float32', ['N'], "np.array(['2020-01-01'], dtype='M8[D]')", 'got an array of datetime64[D]'],
  ['float32', ['N'], "np.array([1, 'x'], dtype=object)", "got the string 'x' at [1]"],
  ['float32', ['N'], "np.array([5], dtype='m8[ns]')", 'got an array of timedelta64[ns]'],
  ['bool', ['N'], "np.array(['yes'])", 'got an array of <U3'],
  ['string', ['N'], "np.zeros(1, 'i4,i4')", "got an array of [('f0', '<i4'), ('f1', '<i4')]"],
  ['float32', ['N', 3], 'np.zeros((2, 2))', 'got shape [2, 2]'],
  ['float32', ['A', 'B'], 'np.zeros(2)', 'got shape [2]'],
  [
    'float32',
    ['N', 2],
    '[np.zeros(2), np.zeros(3)]',
    'got a ragged list: a list of 3 items at [1] where at [0] is a list of 2 items',
  ],
];

const peer = new ModelPeer(
  Object.fromEntries(ROWS.map(([type, shape], index) => [`m${index}`, { inputs: [spec('x', type, shape)] }])),
);

for (const python of oldestAndNewest) {
  test(`arrays of NumPy's go to a model whatever their form, or are refused (Python ${python.version})`, () =>
    withCaller({ peer, python, numpy: true }, async (tell) => {
      const told = await tell(...ROWS.map(([, , value], index) => `client.predict(${value}, 'm${index}')[0]`));
      for (const [index, [type, , value, expected]] of ROWS.entries()) {
        const found = told[index] ?? '';
        const shown = expected.startsWith('got') ? found.slice(found.indexOf('got ')) : found;
        assert.is(shown, expected, `${type} ${value}`);
      }
    }));
}

/** Sixty dimensions more than any NumPy takes. */
const DEEP = Array.from({ length: 124 }, () => 1);

for (const python of oldestAndNewest) {
  test(`an output of more dimensions than NumPy takes is one sentence that names it (Python ${python.version})`, () => {
    const filled = (name: string, type: ElementType, shape: readonly number[], content: Buffer) => {
      return { tensor: { name, type, shape: [...shape], bytes: content.length }, content };
    };
    const float = filled('y', 'float32', DEEP, Buffer.from([0, 0, 128, 63]));
    const text = filled('z', 'string', DEEP, Buffer.from([1, 0, 0, 0, 97]));
    const none = filled('y', 'float32', [...DEEP, 0], Buffer.alloc(0));
    const inputs = [spec('x', 'float32', ['N'])];
    const deep = new ModelPeer({
      float: { inputs, run: () => [float] },
      text: { inputs, run: () => [text] },
      none: { inputs, run: () => [none] },
    });
    return withCaller({ peer: deep, python, numpy: true }, async (tell) => {
      const session = "client.get_model('float')['session']";
      const told = await tell(
        "client.predict([1], 'float')",
        "client.predict([1], 'text')",
        "client.predict([1], 'none')",
        `${session}.run(None, {'x': [1]})`,
      );
      for (const [index, [model, output, dimensions]] of (
        [
          ['float', 'y', 124],
          ['text', 'z', 124],
          ['none', 'y', 125],
          ['float', 'y', 124],
        ] as const
      ).entries()) {
        const begin = `UserRuntimeException: the model "${model}" (version 1): output "${output}" has ${dimensions} dimensions, which NumPy does not take: `;
        assert.ok(told[index]?.startsWith(begin), told[index]);
      }
    });
  });
}

test.run();
