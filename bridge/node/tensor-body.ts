import { MAX_BODY_BYTES } from './framing.ts';
import type { ElementType, Tensor } from './tensors.ts';

/** Each tensor begins at a multiple of this in a body. Source: bridge/README.md, Tensors */
const ALIGNMENT_BYTES = 8;

/** A tensor beside its bytes, in the form that the bridge gives to its type. */
export interface TensorBytes<B extends Uint8Array = Buffer> {
  readonly name: string;
  readonly type: ElementType;
  readonly shape: readonly number[];
  readonly bytes: B;
}

/** Where the next tensor begins, behind one that ends at `at`. */
export function tensorStart(at: number): number {
  return Math.ceil(at / ALIGNMENT_BYTES) * ALIGNMENT_BYTES;
}

/** The tensors of a message with their parts of its body, without a copy. Throws `RangeError` where the body is too short. */
export function unpackTensors(tensors: readonly Tensor[], body: Buffer): TensorBytes[] {
  let at = 0;
  return tensors.map(({ name, type, shape, bytes }) => {
    const start = tensorStart(at);
    at = start + bytes;
    if (at > body.length) throw new RangeError(`the body has ${body.length} bytes, but "${name}" ends at ${at}`);
    return { name, type, shape, bytes: body.subarray(start, at) };
  });
}

/** The description of tensors for a message, and the body that holds their bytes: memory of its own, but for a single one. Throws as `packedBytes` does. */
export function packTensors<B extends Uint8Array>(
  parts: readonly TensorBytes<B>[],
): { readonly tensors: Tensor[]; readonly body: B | Buffer } {
  const total = packedBytes(parts);
  const tensors = parts.map(({ name, type, shape, bytes }) => ({ name, type, shape, bytes: bytes.length }));
  const [only] = parts;
  // Mostly there is one: a copy of 20 MB costs more than all else here.
  if (only !== undefined && parts.length === 1) return { tensors, body: only.bytes };
  const body = Buffer.allocUnsafeSlow(total);
  let at = 0;
  for (const { bytes } of parts) {
    const start = tensorStart(at);
    // What memory held before is nobody's to read.
    if (start > at) body.fill(0, at, start);
    body.set(bytes, start);
    at = start + bytes.length;
  }
  return { tensors, body };
}

/** How long the body of these is. Throws `RangeError` where that is too long; its message goes behind what has answered with them. */
export function packedBytes(parts: readonly TensorBytes<Uint8Array>[]): number {
  let total = 0;
  for (const { bytes } of parts) total = tensorStart(total) + bytes.length;
  if (total <= MAX_BODY_BYTES) return total;
  throw new RangeError(`answered with ${total} bytes; at most ${MAX_BODY_BYTES} can be passed on`);
}

/** How many elements a tensor of this shape has. */
export function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}
