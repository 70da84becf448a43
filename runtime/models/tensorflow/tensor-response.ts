import { MAX_BODY_BYTES } from '../../../bridge/node/framing.ts';
import { LENGTH_BYTES } from '../../../bridge/node/string-tensor.ts';
import { elementCount, type TensorBytes } from '../../../bridge/node/tensor-body.ts';
import { dataTypeOf, type DataType } from './data-types.ts';
import { endOfVarint, readFields, readVarint, unpackVarints } from '../protobuf/message-reader.ts';

/** Numbers of fields, held against TensorFlow's own by a test. */
export const tensorFields = { dtype: 1, tensor_shape: 2, tensor_content: 4 } as const;
export const shapeFields = { dim: 2 } as const;
export const dimFields = { size: 1 } as const;
export const responseFields = { outputs: 1 } as const;
const entryFields = { key: 1, value: 2 } as const;

const EMPTY: Buffer = Buffer.alloc(0);
/** Source: TensorShape::MaxDimensions, tensorflow/core/framework/tensor_shape.h */
const MAX_RANK = 254;
/** Above it, one short string that was sent would become all that a process can hold. */
const MAX_REPEATED_STRINGS = 2 ** 20;

/**
 * The outputs of an encoded `PredictResponse`, by name. They are read from the bytes themselves: numbers stand in them as they do in memory, so
 * that a million of them are one copy and not a million objects. Throws `RangeError` where an output cannot cross the bridge.
 */
export function readPredictResponse(message: Buffer): TensorBytes[] {
  const outputs: TensorBytes[] = [];
  for (const { number, bytes } of readFields(message)) {
    if (number !== responseFields.outputs) continue;
    let name = '';
    let tensor = EMPTY;
    for (const field of readFields(bytes)) {
      if (field.number === entryFields.key) name = field.bytes.toString();
      else if (field.number === entryFields.value) tensor = field.bytes;
    }
    outputs.push(readTensor(name, tensor));
  }
  return outputs.sort((one, other) => (one.name < other.name ? -1 : 1));
}

/** A tensor from an encoded `TensorProto`. */
export function readTensor(name: string, message: Buffer): TensorBytes {
  let dtype = 0;
  let shape: number[] = [];
  let content = EMPTY;
  for (const { number, bytes } of readFields(message)) {
    if (number === tensorFields.dtype) dtype = readVarint(bytes);
    else if (number === tensorFields.tensor_shape) shape = readShape(bytes);
    else if (number === tensorFields.tensor_content) content = bytes;
  }
  const dataType = dataTypeOf(dtype);
  if (dataType === null) throw new RangeError(`the output "${name}" is of a type that has no plain values (${dtype})`);
  const bytes = elements(dataType, elementCount(shape), content, message);
  if (bytes === null) {
    const limit = `at most ${MAX_BODY_BYTES} bytes`;
    throw new RangeError(`the output "${name}" was not sent as its shape [${shape.join(', ')}] has it, in ${limit}`);
  }
  return { name, type: dataType.type, shape, bytes };
}

function readShape(message: Buffer): number[] {
  const shape: number[] = [];
  for (const { number, bytes } of readFields(message)) {
    if (number !== shapeFields.dim) continue;
    let size = 0;
    for (const field of readFields(bytes)) if (field.number === dimFields.size) size = readVarint(field.bytes);
    if (shape.length === MAX_RANK) throw new RangeError(`a tensor has more than ${MAX_RANK} dimensions`);
    shape.push(size);
  }
  return shape;
}

/** The elements' bytes as the bridge has them; null where they are not as many as the shape promises, or too many. */
function elements(
  { type, elementBytes, field, packing }: DataType,
  count: number,
  content: Buffer,
  message: Buffer,
): Buffer | null {
  const size = count * (packing === 'strings' ? LENGTH_BYTES : elementBytes);
  // A shape is a promise, and memory for it is taken before anything of it is seen to be kept.
  if (!(size <= MAX_BODY_BYTES)) return null;
  if (packing === 'strings') return content.length > 0 ? listedStrings(content, count) : strings(message, field, count);
  if (content.length > 0) return content.length === size ? content : null;
  let target: Buffer | null = null;
  let at = 0;
  for (const chunk of valuesOf(message, field)) {
    if (packing === 'raw' && target === null && chunk.length === size) return chunk;
    target ??= Buffer.allocUnsafe(size);
    if (packing === 'raw') at += chunk.copy(target, at);
    else at += unpackVarints(chunk, target, at, elementBytes) * elementBytes;
  }
  target ??= Buffer.alloc(size);
  if (type === 'bool') normalize(target.subarray(0, at));
  repeatLast(target, at, elementBytes);
  return target;
}

/** The values of one field, one by one: a list of all would hold many times their bytes where they are short. */
function* valuesOf(message: Buffer, field: number): Generator<Buffer> {
  for (const { number, bytes } of readFields(message)) if (number === field) yield bytes;
}

/** Fewer values than elements mean that the last one goes on; none mean zeros. */
function repeatLast(target: Buffer, at: number, elementBytes: number): void {
  if (at >= elementBytes) target.fill(target.subarray(at - elementBytes, at), at);
  else target.fill(0);
}

/** Strings in fields of their own; of fewer than `count` the last one goes on. */
function strings(message: Buffer, field: number, count: number): Buffer | null {
  let given = 0;
  let size = count * LENGTH_BYTES;
  let last = EMPTY;
  for (const one of valuesOf(message, field)) {
    if (given++ < count) size += one.length;
    last = one;
  }
  const repeated = Math.max(0, count - given);
  size += repeated * last.length;
  if (repeated > MAX_REPEATED_STRINGS || size > MAX_BODY_BYTES) return null;
  const target = Buffer.allocUnsafe(size);
  let index = 0;
  let at = count * LENGTH_BYTES;
  const write = (one: Buffer): void => {
    target.writeUInt32LE(one.length, index++ * LENGTH_BYTES);
    at += one.copy(target, at);
  };
  for (const one of valuesOf(message, field)) if (index < count) write(one);
  while (index < count) write(last);
  return target;
}

/** Strings in one buffer: their lengths as varints, then they themselves. Source: EncodeStringList, tensorflow/core/platform/coding.cc */
function listedStrings(content: Buffer, count: number): Buffer | null {
  const lengthsBytes = count * LENGTH_BYTES;
  // Each has a byte of its own at least, for its length.
  if (count > content.length || lengthsBytes + content.length > MAX_BODY_BYTES) return null;
  const lengths = Buffer.allocUnsafe(lengthsBytes);
  let at = 0;
  let total = 0;
  for (let index = 0; index < count; index++) {
    const length = readVarint(content, at);
    at = endOfVarint(content, at);
    total += length;
    if (total > content.length) return null;
    lengths.writeUInt32LE(length, index * LENGTH_BYTES);
  }
  return at + total === content.length ? Buffer.concat([lengths, content.subarray(at)]) : null;
}

function normalize(bools: Buffer): void {
  bools.forEach((value, index) => {
    bools[index] = value === 0 ? 0 : 1;
  });
}
