import type { ElementType } from '../../../bridge/node/tensors.ts';

/** How the element types that onnxruntime-node serves are held in memory; `string` is a list instead, see `texts.ts`. */
export const arrays = {
  float16: Uint16Array,
  float32: Float32Array,
  float64: Float64Array,
  int8: Int8Array,
  int16: Int16Array,
  int32: Int32Array,
  int64: BigInt64Array,
  uint8: Uint8Array,
  uint16: Uint16Array,
  uint32: Uint32Array,
  uint64: BigUint64Array,
  bool: Uint8Array,
} as const;

export type NumericType = keyof typeof arrays;
export type ServedType = NumericType | 'string';

/** By number. Source: `TensorProto.DataType` of onnx.proto3, and equal to `ONNXTensorElementDataType` of onnxruntime. */
const NAMES = [
  'undefined',
  'float32',
  'uint8',
  'int8',
  'uint16',
  'int16',
  'int32',
  'int64',
  'string',
  'bool',
  'float16',
  'float64',
  'uint32',
  'uint64',
  'complex64',
  'complex128',
  'bfloat16',
  'float8e4m3fn',
  'float8e4m3fnuz',
  'float8e5m2',
  'float8e5m2fnuz',
  'uint4',
  'int4',
  'float4e2m1',
] as const;

/** The number that a file has for float32. */
export const FLOAT32 = NAMES.indexOf('float32');

export function elementTypeName(number: number): string {
  return NAMES[number] ?? `type ${number}`;
}

/** Whether tensors of that type can be given to, and come from, onnxruntime-node. */
export function isServed(type: string): type is ServedType & ElementType {
  return type === 'string' || Object.hasOwn(arrays, type);
}
