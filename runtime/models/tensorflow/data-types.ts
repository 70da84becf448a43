import type { ElementType } from '../../../bridge/node/tensors.ts';

/** How a field of `TensorProto` holds its values: as they are in memory, as varints, or as byte strings. */
export type Packing = 'raw' | 'varint' | 'strings';

/** A type of TensorFlow's by the name and number that its protocol has for it. */
export interface DataType {
  readonly name: string;
  readonly number: number;
  /** What it is on the bridge; quantized integers are integers there. */
  readonly type: ElementType;
  /** Bytes of one element in memory; 0 for strings. */
  readonly elementBytes: number;
  /** The number and packing of the field that holds values of it when they are not in `tensor_content`. */
  readonly field: number;
  readonly packing: Packing;
}

/** Fields of `TensorProto` that hold values, by what is in them. Source: tensorflow/core/framework/tensor.proto */
export const valueFields = {
  float_val: 5,
  double_val: 6,
  int_val: 7,
  string_val: 8,
  scomplex_val: 9,
  int64_val: 10,
  bool_val: 11,
  dcomplex_val: 12,
  half_val: 13,
  uint32_val: 16,
  uint64_val: 17,
} as const;

/** Every type whose values can cross the bridge. Where several mean one `ElementType`, the first is the one that the bridge means. */
export const dataTypes: readonly DataType[] = [
  row('DT_FLOAT', 1, 'float32', 4, 'float_val', 'raw'),
  row('DT_DOUBLE', 2, 'float64', 8, 'double_val', 'raw'),
  row('DT_INT32', 3, 'int32', 4, 'int_val', 'varint'),
  row('DT_UINT8', 4, 'uint8', 1, 'int_val', 'varint'),
  row('DT_INT16', 5, 'int16', 2, 'int_val', 'varint'),
  row('DT_INT8', 6, 'int8', 1, 'int_val', 'varint'),
  row('DT_STRING', 7, 'string', 0, 'string_val', 'strings'),
  row('DT_COMPLEX64', 8, 'complex64', 8, 'scomplex_val', 'raw'),
  row('DT_INT64', 9, 'int64', 8, 'int64_val', 'varint'),
  row('DT_BOOL', 10, 'bool', 1, 'bool_val', 'varint'),
  row('DT_QINT8', 11, 'int8', 1, 'int_val', 'varint'),
  row('DT_QUINT8', 12, 'uint8', 1, 'int_val', 'varint'),
  row('DT_QINT32', 13, 'int32', 4, 'int_val', 'varint'),
  row('DT_BFLOAT16', 14, 'bfloat16', 2, 'half_val', 'varint'),
  row('DT_QINT16', 15, 'int16', 2, 'int_val', 'varint'),
  row('DT_QUINT16', 16, 'uint16', 2, 'int_val', 'varint'),
  row('DT_UINT16', 17, 'uint16', 2, 'int_val', 'varint'),
  row('DT_COMPLEX128', 18, 'complex128', 16, 'dcomplex_val', 'raw'),
  row('DT_HALF', 19, 'float16', 2, 'half_val', 'varint'),
  row('DT_UINT32', 22, 'uint32', 4, 'uint32_val', 'varint'),
  row('DT_UINT64', 23, 'uint64', 8, 'uint64_val', 'varint'),
];

const byNumber = new Map(dataTypes.map((one) => [one.number, one]));

/** The type with this number, or null for one whose values cannot cross the bridge. */
export function dataTypeOf(number: number): DataType | null {
  return byNumber.get(number) ?? null;
}

function row(
  name: string,
  number: number,
  type: ElementType,
  elementBytes: number,
  field: keyof typeof valueFields,
  packing: Packing,
): DataType {
  return { name, number, type, elementBytes, field: valueFields[field], packing };
}
