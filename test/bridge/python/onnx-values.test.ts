import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Dimension, ElementType } from '../../../bridge/node/tensors.ts';
import { withCaller } from '../../support/models/caller.ts';
import { ModelPeer, spec } from '../../support/models/peer.ts';
import { pythons } from '../../support/pythons.ts';

type Row = readonly [type: ElementType, shape: readonly Dimension[] | null, value: string, told: string];

/** What an identity of the type and shape answers for a value: the type and shape of the array, and its elements. */
const VALUES: readonly Row[] = [
  ['float32', ['N', 4], '[1, 2.5, True, -0.0]', '(1, 4) [[1.0, 2.5, 1.0, -0.0]]'],
  ['float32', ['N', 4], '[[1, 2, 3, 4], (5, 6, 7, 8)]', '(2, 4) [[1.0, 2.0, 3.0, 4.0], [5.0, 6.0, 7.0, 8.0]]'],
  ['float32', [null, 2], 'range(4)', '(2, 2) [[0.0, 1.0], [2.0, 3.0]]'],
  ['float32', [null, 'N', 2], 'range(4)', '(1, 2, 2) [[[0.0, 1.0], [2.0, 3.0]]]'],
  ['float32', ['A', 'B'], '[[1], [2]]', '(2, 1) [[1.0], [2.0]]'],
  ['float32', [], '[7]', '() 7.0'],
  ['float32', [], '7', '() 7.0'],
  ['float32', [2, 1, 2], '(1, 2, 3, 4)', '(2, 1, 2) [[[1.0, 2.0]], [[3.0, 4.0]]]'],
  ['float32', null, '[[1], [2]]', '(2, 1) [[1.0], [2.0]]'],
  ['float32', ['N', 3], '[]', '(0, 3) []'],
  ['float32', ['N', 0], '[[], []]', '(2, 0) [[], []]'],
  ['float32', ['N'], '[nan, inf, -inf, 1e300]', '(4,) [nan, inf, -inf, inf]'],
  ['float32', ['N'], '[decimal.Decimal("1.5"), fractions.Fraction(1, 2)]', '(2,) [1.5, 0.5]'],
  ['float32', ['N'], "array.array('d', [1.5, 2])", '(2,) [1.5, 2.0]'],
  ['float32', ['N'], "array.array('f', [1.5, 2])", '(2,) [1.5, 2.0]'],
  ['float32', ['N', 2], "[array.array('f', [1.5, 2]), range(2)]", '(2, 2) [[1.5, 2.0], [0.0, 1.0]]'],
  ['float32', [2, 2], "memoryview(b'abcd').cast('B', (2, 2))", '(2, 2) [[97.0, 98.0], [99.0, 100.0]]'],
  ['float32', ['N'], 'collections.deque([1, 2])', '(2,) [1.0, 2.0]'],
  ['float32', ['N'], "collections.namedtuple('P', 'x y')(1, 2)", '(2,) [1.0, 2.0]'],
  ['float16', ['N'], '[0.1, 65504, 1e6, -1e6, nan]', '(5,) [0.0999755859375, 65504.0, inf, -inf, nan]'],
  ['float64', ['N'], '[0.1, 2 ** 60]', '(2,) [0.1, 1.152921504606847e+18]'],
  ['int8', ['N'], '[-128, 127, 1.9, -1.9, True]', '(5,) [-128, 127, 1, -1, 1]'],
  ['int16', ['N'], '[-32768, 32767]', '(2,) [-32768, 32767]'],
  ['int32', ['N'], '[-2147483648, 2147483647]', '(2,) [-2147483648, 2147483647]'],
  ['int64', ['N'], '[-2 ** 63, 2 ** 63 - 1]', '(2,) [-9223372036854775808, 9223372036854775807]'],
  ['uint8', ['N'], "b'\\x00\\xff'", '(2,) [0, 255]'],
  ['uint8', ['N'], "bytearray(b'\\x00\\xff')", '(2,) [0, 255]'],
  ['uint16', ['N'], '[0, 65535]', '(2,) [0, 65535]'],
  ['uint32', ['N'], '[0, 2 ** 32 - 1]', '(2,) [0, 4294967295]'],
  ['uint64', ['N'], '[0, 2 ** 64 - 1]', '(2,) [0, 18446744073709551615]'],
  ['bool', ['N', 2], '[True, False, 1, 0.0]', '(2, 2) [[True, False], [True, False]]'],
  ['bool', ['N'], '[0.5, nan, 2, decimal.Decimal(0), 1j]', '(5,) [True, True, True, False, True]'],
  ['float32', ['N'], '[1 + 0j]', '(1,) [1.0]'],
  ['int64', ['N'], '[2.5 + 0j]', '(1,) [2]'],
  ['string', ['N'], '[True, 1j, datetime.date(2021, 1, 19)]', "(3,) ['True', '1j', '2021-01-19']"],
  ['string', ['N'], "array.array('d', [1, 2.5])", "(2,) ['1.0', '2.5']"],
  ['complex64', ['N'], '[1, 2.5 - 1j]', '(2,) [(1+0j), (2.5-1j)]'],
  ['complex128', ['N'], '[1j]', '(1,) [1j]'],
  ['string', ['N'], "['', 'é', '日本', b'\\xc3\\xa9', 3, 2.5]", "(6,) ['', 'é', '日本', 'é', '3', '2.5']"],
  ['string', [1, 1], "'one'", "(1, 1) [['one']]"],
  ['string', [], "b'bytes'", '() bytes'],
  ['string', [1], "bytearray(b'bytes')", "(1,) ['bytes']"],
  ['float32', ['N'], "bytearray(b'ab')", '(2,) [97.0, 98.0]'],
  ['int64', ['N'], "array.array('q', [-5])", '(1,) [-5]'],
  ['int64', ['N'], "array.array('f', [2.5])", '(1,) [2]'],
  ['float32', ['N'], "array.array('f')", '(0,) []'],
  ['float32', ['N', 2], "memoryview(array.array('f', range(8)))[::2]", '(2, 2) [[0.0, 2.0], [4.0, 6.0]]'],
];

/** Without NumPy a bfloat16 is a float, with it a float32. */
const BFLOAT16: Row = [
  'bfloat16',
  ['N'],
  '[1, 1.00390625, 1.01171875, 3.4e38, nan]',
  '(5,) [1.0, 1.0, 1.015625, inf, nan]',
];

const ROWS = [...VALUES, BFLOAT16];
const peer = new ModelPeer(
  Object.fromEntries(ROWS.map(([type, shape], index) => [`m${index}`, { inputs: [spec('x', type, shape)] }])),
);
const calls = ROWS.map(([, , value], index) => `client.predict(${value}, 'm${index}')[0]`);
const asArray = (type: ElementType) => (type === 'string' ? 'object' : type === 'bfloat16' ? 'float32' : type);

for (const python of pythons) {
  test(`values of every type go to a model and come back as lists (Python ${python.version})`, () =>
    withCaller({ peer, python }, async (tell) => {
      const told = await tell(...calls);
      for (const [index, row] of ROWS.entries()) {
        assert.is(told[index], row[3].replace(/^\([^)]*\) /, ''), `${row[0]} ${row[2]}`);
      }
      assert.equal(await tell("'numpy' in sys.modules"), ['False']);
    }));

  test(`with NumPy they come back as ordinary arrays (Python ${python.version})`, () =>
    withCaller({ peer, python, numpy: true }, async (tell) => {
      assert.equal(await tell("'numpy' in sys.modules"), ['False']);
      const told = await tell(...calls);
      for (const [index, row] of ROWS.entries()) {
        assert.is(told[index], `${asArray(row[0])}${row[3]}`, `${row[0]} ${row[2]}`);
      }
    }));
}

test.run();
