import type { TensorBytes } from '../../../bridge/node/tensor-body.ts';

/** An input of float32. */
export function floats(
  name: string,
  values: readonly number[],
  shape: readonly number[] = [values.length],
): TensorBytes {
  return { name, type: 'float32', shape, bytes: Buffer.from(new Float32Array(values).buffer) };
}

/** A scalar of int32, as the model `heavy` takes it: a call takes about so many milliseconds. */
export function rounds(count: number): TensorBytes {
  return { name: 'rounds', type: 'int32', shape: [], bytes: Buffer.from(new Int32Array([count]).buffer) };
}

/** The numbers of an output of float32. */
export function numbersOf(tensor: TensorBytes | undefined): number[] {
  const bytes = new Uint8Array(tensor?.bytes ?? Buffer.alloc(0));
  return [...new Float32Array(bytes.buffer)];
}
