import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { MAX_BODY_BYTES } from '../../../bridge/node/framing.ts';
import { packTensors, unpackTensors, type TensorBytes } from '../../../bridge/node/tensor-body.ts';

const bytesOf = (name: string, bytes: Buffer): TensorBytes => ({ name, type: 'uint8', shape: [bytes.length], bytes });

test('tensors begin at multiples of 8, with zeros between them, in memory that is theirs alone', () => {
  const parts = [bytesOf('a', Buffer.from('abc')), bytesOf('b', Buffer.alloc(0)), bytesOf('c', Buffer.from('d'))];
  const { tensors, body } = packTensors(parts);
  assert.is(body.toString('latin1'), `abc${'\0'.repeat(5)}d`);
  assert.is(body.buffer.byteLength, body.length);
  assert.equal(unpackTensors(tensors, body), parts);
});

test('a single tensor is its own body', () => {
  const bytes = Buffer.from('abc');
  assert.is(packTensors([bytesOf('a', bytes)]).body, bytes);
});

test('tensors that a body has no room for together are refused', () => {
  const half = Buffer.alloc(MAX_BODY_BYTES / 2 + 8);
  assert.throws(
    () => packTensors([bytesOf('a', half), bytesOf('b', half)]),
    (error: unknown) =>
      error instanceof RangeError && /^answered with 1073741840 bytes; at most 1073741824/.test(error.message),
  );
});

test('a body that ends before its tensors do is refused', () => {
  const { tensors, body } = packTensors([bytesOf('a', Buffer.from('abc')), bytesOf('b', Buffer.from('d'))]);
  assert.throws(() => unpackTensors(tensors, body.subarray(0, 8)), /the body has 8 bytes, but "b" ends at 9/);
});

test.run();
