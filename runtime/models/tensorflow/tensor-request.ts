import { readStrings } from '../../../bridge/node/string-tensor.ts';
import { elementCount, type TensorBytes } from '../../../bridge/node/tensor-body.ts';
import type { ElementType } from '../../../bridge/node/tensors.ts';
import { dataTypes, type DataType } from './data-types.ts';

/** A `TensorProto` as a message that is to be sent. */
export interface TensorMessage {
  readonly dtype: number;
  readonly tensor_shape: { readonly dim: readonly { readonly size: number }[] };
  readonly tensor_content?: Buffer;
  readonly string_val?: readonly Buffer[];
}

const byElementType = new Map<ElementType, DataType>([...dataTypes].reverse().map((one) => [one.type, one]));

/**
 * A tensor as TensorFlow Serving takes it. `dtype` is the signature's where that is a quantized type; null: the plain one of the tensor's type.
 * Throws `RangeError` where the bytes do not fit type and shape.
 */
export function tensorMessage({ name, type, shape, bytes }: TensorBytes, dtype: number | null): TensorMessage {
  const dataType = byElementType.get(type);
  if (dataType === undefined) throw new RangeError(`"${name}" is of the unknown type ${type}`);
  const count = elementCount(shape);
  const head = { dtype: dtype ?? dataType.number, tensor_shape: { dim: shape.map((size) => ({ size })) } };
  if (type === 'string') return { ...head, string_val: stringsOf(name, bytes, count) };
  const expected = count * dataType.elementBytes;
  if (bytes.length !== expected) {
    throw new RangeError(
      `"${name}" has ${bytes.length} bytes; ${type} of shape [${shape.join(', ')}] takes ${expected}`,
    );
  }
  return { ...head, tensor_content: bytes };
}

function stringsOf(name: string, bytes: Buffer, count: number): Buffer[] {
  try {
    return readStrings(bytes, count, (start, end) => bytes.subarray(start, end));
  } catch (error) {
    throw error instanceof RangeError ? new RangeError(`"${name}" ${error.message}`) : error;
  }
}
