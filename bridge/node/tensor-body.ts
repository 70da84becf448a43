import type { ElementType, Tensor } from '../../../bridge/node/tensors.ts';

/** Each tensor begins at a multiple of this in a body. Source: bridge/README.md, Tensors */
const ALIGNMENT_BYTES = 8;
const LENGTH_BYTES = 4;

/** A tensor beside its bytes, in the form that the bridge gives to its type. */
export interface TensorBytes {
  readonly name: string;
  readonly type: ElementType;
  readonly shape: readonly number[];
  readonly bytes: Buffer;
}

/** The tensors of a message with their parts of its body, without a copy. Throws `RangeError` where the body is too short. */
export function unpackTensors(tensors: readonly Tensor[], body: Buffer): TensorBytes[] {
  let at = 0;
  return tensors.map(({ name, type, shape, bytes }) => {
    const start = aligned(at);
    at = start + bytes;
    if (at > body.length) throw new RangeError(`the body has ${body.length} bytes, but "${name}" ends at ${at}`);
    return { name, type, shape, bytes: body.subarray(start, at) };
  });
}

/** The description of tensors for a message, and the body that holds their bytes. */
export function packTensors(tensors: readonly TensorBytes[]): { readonly tensors: Tensor[]; readonly body: Buffer } {
  const parts: Buffer[] = [];
  let at = 0;
  for (const { bytes } of tensors) {
    const start = aligned(at);
    if (start > at) parts.push(Buffer.alloc(start - at));
    parts.push(bytes);
    at = start + bytes.length;
  }
  const described = tensors.map(({ name, type, shape, bytes }) => ({ name, type, shape, bytes: bytes.length }));
  // Mostly there is one: a copy of 20 MB costs more than all else here.
  const [first] = parts;
  return { tensors: described, body: parts.length === 1 && first !== undefined ? first : Buffer.concat(parts) };
}

/** The elements of a string tensor, without a copy. Throws `RangeError` where the bytes are not those of `count` strings. */
export function unpackStrings(bytes: Buffer, count: number): Buffer[] {
  let at = count * LENGTH_BYTES;
  if (at > bytes.length) throw new RangeError(`${bytes.length} bytes are too few for ${count} strings`);
  const strings = Array.from({ length: count }, (_, index) => {
    const start = at;
    at += bytes.readUInt32LE(index * LENGTH_BYTES);
    return bytes.subarray(start, at);
  });
  if (at !== bytes.length) throw new RangeError(`${count} strings have ${at} bytes, but ${bytes.length} are given`);
  return strings;
}

/** The bytes of a string tensor. */
export function packStrings(strings: readonly Buffer[]): Buffer {
  const lengths = Buffer.alloc(strings.length * LENGTH_BYTES);
  strings.forEach((one, index) => lengths.writeUInt32LE(one.length, index * LENGTH_BYTES));
  return Buffer.concat([lengths, ...strings]);
}

/** How many elements a tensor of this shape has. */
export function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

function aligned(at: number): number {
  return Math.ceil(at / ALIGNMENT_BYTES) * ALIGNMENT_BYTES;
}
