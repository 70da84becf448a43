import { MAX_BODY_BYTES } from '../../../bridge/node/framing.ts';
import { dataTypeOf, type DataType } from './data-types.ts';
import { elementCount, packStrings, type TensorBytes } from './tensor-body.ts';
import { endOfVarint, readFields, readVarint, unpackVarints } from './wire-reader.ts';

/** Numbers of fields, held against TensorFlow's own by a test. */
export const tensorFields = { dtype: 1, tensor_shape: 2, tensor_content: 4 } as const;
export const shapeFields = { dim: 2 } as const;
export const dimFields = { size: 1 } as const;
export const responseFields = { outputs: 1 } as const;
const entryFields = { key: 1, value: 2 } as const;

const EMPTY: Buffer = Buffer.alloc(0);

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
  const values = new Map<number, Buffer[]>();
  for (const { number, bytes } of readFields(message)) {
    if (number === tensorFields.dtype) dtype = readVarint(bytes);
    else if (number === tensorFields.tensor_shape) shape = readShape(bytes);
    else if (number === tensorFields.tensor_content) content = bytes;
    else {
      const chunks = values.get(number);
      if (chunks === undefined) values.set(number, [bytes]);
      else chunks.push(bytes);
    }
  }
  const dataType = dataTypeOf(dtype);
  if (dataType === null) throw new RangeError(`the output "${name}" is of a type that has no plain values (${dtype})`);
  const chunks = values.get(dataType.field) ?? [];
  const bytes = elements(dataType, elementCount(shape), content, chunks);
  if (bytes === null) {
    const has = `${content.length} bytes`;
    throw new RangeError(`the output "${name}" has ${has}, which are not those of its shape [${shape.join(', ')}]`);
  }
  return { name, type: dataType.type, shape, bytes };
}

function readShape(message: Buffer): number[] {
  const shape: number[] = [];
  for (const { number, bytes } of readFields(message)) {
    if (number !== shapeFields.dim) continue;
    let size = 0;
    for (const field of readFields(bytes)) if (field.number === dimFields.size) size = readVarint(field.bytes);
    shape.push(size);
  }
  return shape;
}

/** The elements' bytes as the bridge has them; null where `content` is of another size. */
function elements(dataType: DataType, count: number, content: Buffer, chunks: readonly Buffer[]): Buffer | null {
  const { elementBytes, packing } = dataType;
  const size = count * Math.max(elementBytes, 1);
  // A shape is a promise, and memory for it is taken before anything of it is seen to be kept.
  if (size > MAX_BODY_BYTES) return null;
  if (packing === 'strings')
    return packStrings(content.length > 0 ? stringList(content, count) : filled(chunks, count));
  if (content.length > 0) return content.length === size ? content : null;
  const [first] = chunks;
  if (packing === 'raw' && chunks.length === 1 && first?.length === size) return first;
  const target = Buffer.allocUnsafe(size);
  let at = 0;
  for (const chunk of chunks) {
    if (packing === 'raw') at += chunk.copy(target, at);
    else at += unpackVarints(chunk, target, at, elementBytes) * elementBytes;
  }
  if (packing === 'varint' && dataType.type === 'bool') normalize(target.subarray(0, at));
  repeatLast(target, at, elementBytes);
  return target;
}

/** Fewer values than elements mean that the last one goes on; none mean zeros. */
function repeatLast(target: Buffer, at: number, elementBytes: number): void {
  if (at >= elementBytes) target.fill(target.subarray(at - elementBytes, at), at);
  else target.fill(0);
}

/** Strings in one buffer: their lengths as varints, then they themselves. Source: EncodeStringList, tensorflow/core/platform/coding.cc */
function stringList(content: Buffer, count: number): Buffer[] {
  const lengths: number[] = [];
  let at = 0;
  while (lengths.length < count) {
    lengths.push(readVarint(content, at));
    at = endOfVarint(content, at);
  }
  return lengths.map((length) => {
    const start = at;
    at += length;
    if (at > content.length) throw new RangeError('a list of strings is shorter than its lengths say');
    return content.subarray(start, at);
  });
}

function filled(chunks: readonly Buffer[], count: number): Buffer[] {
  const last = chunks.at(-1) ?? EMPTY;
  return Array.from({ length: count }, (_, index) => chunks[index] ?? last);
}

function normalize(bools: Buffer): void {
  bools.forEach((value, index) => {
    bools[index] = value === 0 ? 0 : 1;
  });
}
