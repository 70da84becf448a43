import { dataTypes } from '../../../runtime/models/tensorflow/data-types.ts';
import { readStrings } from '../../../bridge/node/string-tensor.ts';
import { elementCount, type TensorBytes } from '../../../bridge/node/tensor-body.ts';

/** What json_format.MessageToDict makes of a TensorProto's one field of values. */
export type FlatValue = number | string | boolean;

/** The elements of a tensor as a client in Python sees them behind json_format.MessageToDict. */
export function flatten({ type, shape, bytes }: TensorBytes): FlatValue[] {
  const count = elementCount(shape);
  const each = <T>(width: number, read: (at: number) => T, values = count): T[] => {
    return Array.from({ length: values }, (_, index) => read(index * width));
  };
  switch (type) {
    case 'float32':
      return each(4, (at) => floatText(bytes.readFloatLE(at)));
    case 'float64':
      return each(8, (at) => floatText(bytes.readDoubleLE(at)));
    case 'complex64':
      return each(4, (at) => floatText(bytes.readFloatLE(at)), count * 2);
    case 'complex128':
      return each(8, (at) => floatText(bytes.readDoubleLE(at)), count * 2);
    case 'float16':
    case 'bfloat16':
    case 'uint16':
      return each(2, (at) => bytes.readUInt16LE(at));
    case 'int8':
      return each(1, (at) => bytes.readInt8(at));
    case 'uint8':
      return each(1, (at) => bytes.readUInt8(at));
    case 'int16':
      return each(2, (at) => bytes.readInt16LE(at));
    case 'int32':
      return each(4, (at) => bytes.readInt32LE(at));
    case 'uint32':
      return each(4, (at) => bytes.readUInt32LE(at));
    case 'int64':
      return each(8, (at) => bytes.readBigInt64LE(at).toString());
    case 'uint64':
      return each(8, (at) => bytes.readBigUInt64LE(at).toString());
    case 'bool':
      return each(1, (at) => bytes[at] === 1);
    case 'string':
      return readStrings(bytes, count, (start, end) => bytes.toString('base64', start, end));
  }
}

/** A value of the reference as `flatten` has it: a float of 32 bits is told by its shortest text. */
export function asFlat(dtype: string, value: FlatValue): FlatValue {
  const isSingle = dtype === 'DT_FLOAT' || dtype === 'DT_COMPLEX64';
  return isSingle && typeof value === 'number' ? Math.fround(value) : value;
}

/** A tensor of this type of TensorFlow's, filled with values that are hard to carry. */
export function awkwardTensor(name: string, dtype: string, shape: readonly number[]): TensorBytes {
  const found = dataTypes.find((one) => one.name === dtype);
  if (found === undefined) throw new Error(`there is no type ${dtype}`);
  const count = elementCount(shape);
  const bytes = found.type === 'string' ? strings(count) : numbers(found.type, found.elementBytes * count);
  return { name, type: found.type, shape, bytes };
}

function numbers(type: string, length: number): Buffer {
  const bytes = Buffer.from(Array.from({ length }, (_, index) => (index * 89 + 131) % 256));
  if (type === 'bool') bytes.forEach((value, index) => (bytes[index] = value % 2));
  // Any bits are a number, but of NaNs only that they are some is told in JSON.
  const special = [NaN, Infinity, -Infinity, -0, 1e-40, 0.1];
  if (type === 'float32' || type === 'complex64')
    special.forEach((one, at) => at * 4 < length && bytes.writeFloatLE(one, at * 4));
  if (type === 'float64' || type === 'complex128')
    special.forEach((one, at) => at * 8 < length && bytes.writeDoubleLE(one, at * 8));
  return bytes;
}

function strings(count: number): Buffer {
  const some = ['', 'plain', '\u00e9\u{1f600}', '\0', 'x'.repeat(300)].map((text) => Buffer.from(text));
  const all = Array.from({ length: count }, (_, index) => some[index % some.length] ?? Buffer.alloc(0));
  const lengths = Buffer.alloc(4 * count);
  all.forEach((one, index) => lengths.writeUInt32LE(one.length, 4 * index));
  return Buffer.concat([lengths, ...all]);
}

function floatText(value: number): number | string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? 'Infinity' : '-Infinity';
  return value;
}
