import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { readStrings } from '../../../bridge/node/string-tensor.ts';
import { readPredictResponse, readTensor } from '../../../runtime/models/tensorflow/tensor-response.ts';
import { installTensorflow } from '../../support/tensorflow/installed.ts';

interface Case {
  readonly name: string;
  readonly proto: string;
  readonly shape: readonly number[];
  /** Bytes in base64, or strings in base64; null where there is no value, so that all are zero or empty. */
  readonly expected: string | readonly string[] | null;
}

const script = fileURLToPath(new URL('../../support/tensorflow/encoded_tensors.py', import.meta.url));
const { python } = await installTensorflow();
const printed = execFileSync(python, [script], { encoding: 'utf8', stdio: 'pipe', maxBuffer: 2 ** 26 });
const cases = JSON.parse(printed) as Case[];

test('there are cases of every type', () => {
  assert.ok(cases.length > 150);
});

for (const { name, proto, shape, expected } of cases) {
  test(`a TensorProto in its typed field is read as TensorFlow reads it: ${name}`, () => {
    const tensor = readTensor('x', Buffer.from(proto, 'base64'));
    assert.equal(tensor.shape, shape);
    if (expected === null) {
      const isString = tensor.type === 'string';
      assert.ok(
        isString ? tensor.bytes.every((byte) => byte === 0) : tensor.bytes.equals(Buffer.alloc(tensor.bytes.length)),
      );
    } else if (typeof expected === 'string') {
      assert.is(tensor.bytes.toString('base64'), expected);
    } else {
      const { bytes } = tensor;
      const strings = readStrings(bytes, expected.length, (start, end) => bytes.toString('base64', start, end));
      assert.equal(strings, expected);
    }
  });
}

test('values that are not packed are read as those that are', () => {
  // dtype DT_INT32, a dimension of 3, then int_val three times by itself: 1, -1, 300.
  const int32 = Buffer.from('0803' + '120412020803' + '3801' + '38ffffffffffffffffff01' + '38ac02', 'hex');
  assert.equal(new Int32Array(new Uint8Array(readTensor('x', int32).bytes).buffer), new Int32Array([1, -1, 300]));
  // DT_FLOAT, a dimension of 2, float_val twice: 1, 2.
  const float = Buffer.from('0801' + '120412020802' + '2d0000803f' + '2d00000040', 'hex');
  assert.is(readTensor('x', float).bytes.toString('hex'), '0000803f00000040');
});

const broken: readonly (readonly [what: string, hex: string])[] = [
  ['a message that ends within a field', '0801120412'],
  ['a number without an end', '08ff'],
  // As a float such a length is none: the rest of the message would be passed over.
  ['a length of too many bytes', `080122${'80'.repeat(200)}00` + '2d0000803f'],
  ['a value of too many bytes', `080338${'80'.repeat(10)}01`],
  ['packed values, one of too many bytes', `08033a0b${'80'.repeat(10)}01`],
  ['a field of an unknown kind', '0f'],
  ['content of another size than the shape', '0801' + '120412020802' + '2204000080' + '3f'],
  ['a shape beyond all memory', '0801' + '120a12080880808080808040'],
  // DT_STRING, a dimension of 200,000,000, one string_val: 1 GB of what was 20 bytes.
  ['a shape of strings beyond what was sent', '0807' + '12071205088084af5f' + '420161'],
  ['strings that are too long together', '0807' + '120612040880801e' + '428140' + '61'.repeat(8193)],
  ['a list of strings that is shorter than its lengths', '0807' + '120412020802' + '22040205' + '6161'],
  ['a list of fewer strings than the shape has', '0807' + '120412020805' + '2203010061'],
  ['more dimensions than TensorFlow has', '0801' + '128006' + '1200'.repeat(384)],
  ['a type without plain values', '0814'],
];

for (const [what, hex] of broken) {
  test(`${what} is refused`, () => {
    assert.throws(
      () => readTensor('x', Buffer.from(hex, 'hex')),
      (error: unknown) => error instanceof RangeError,
    );
  });
}

test('outputs come in the order of their names', () => {
  const entry = (name: string): string => `0a070a01${Buffer.from(name).toString('hex')}12020801`;
  const outputs = readPredictResponse(Buffer.from(entry('b') + entry('a'), 'hex'));
  assert.equal(
    outputs.map(({ name, shape }) => [name, shape]),
    [
      ['a', []],
      ['b', []],
    ],
  );
});

test.run();
