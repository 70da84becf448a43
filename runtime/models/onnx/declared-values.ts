import type { Dimension } from '../../../bridge/node/tensors.ts';
import { elementTypeName } from './element-types.ts';
import type { Field, WireReader } from '../protobuf/file-reader.ts';

/** An input or output as the file declares it. */
export interface DeclaredValue {
  readonly name: string;
  /** An element type, or words like `sequence of float32 tensors`; null where the file leaves it to be inferred. */
  readonly type: string | null;
  readonly hasShape: boolean;
  readonly field: Field;
}

/** Of `TypeProto`, beside `tensor_type`, which is 1. Source: onnx.proto3 */
const TENSOR = 1;
const SEQUENCE = 4;
const MAP = 5;
const SPARSE = 8;
const OPTIONAL = 9;
/** Types hold types; none that onnxruntime knows does so more often. */
const MAX_DEPTH = 4;

/** Reads a `ValueInfoProto`: name = 1, type = 2. */
export function readDeclaredValue(reader: WireReader, field: Field): DeclaredValue {
  let name = '';
  let type: string | null = null;
  let hasShape = false;
  reader.fields(field.start, field.end, (part) => {
    if (part.number === 1) name = reader.text(part);
    if (part.number === 2) ({ type, hasShape } = readType(reader, part));
  });
  return { name, type, hasShape, field };
}

function readType(reader: WireReader, field: Field): { type: string | null; hasShape: boolean } {
  let type = 'undefined';
  let hasShape = false;
  reader.fields(field.start, field.end, (part) => {
    if (part.number === TENSOR) {
      reader.fields(part.start, part.end, (inner) => {
        if (inner.number === 1) type = elementTypeName(reader.integer(inner));
        if (inner.number === 2) hasShape = true;
      });
    } else if (isContainer(part.number)) {
      type = containerName(reader, part, 1);
    }
  });
  return { type: type === 'undefined' ? null : type, hasShape };
}

function isContainer(number: number): boolean {
  return number === SEQUENCE || number === MAP || number === SPARSE || number === OPTIONAL;
}

/** What holds what, in words: `sequence of map of int64 to float32 tensors`. */
function containerName(reader: WireReader, field: Field, depth: number): string {
  if (depth > MAX_DEPTH) return '...';
  let key = 'undefined';
  let held = 'unknown type';
  reader.fields(field.start, field.end, (part) => {
    const isElement = part.number === (field.number === MAP ? 2 : 1);
    if (field.number === MAP && part.number === 1) key = elementTypeName(reader.integer(part));
    else if (field.number === SPARSE && isElement) held = elementTypeName(reader.integer(part));
    else if (isElement) held = heldName(reader, part, depth);
  });
  if (field.number === SPARSE) return `sparse ${held} tensor`;
  if (field.number === MAP) return `map of ${key} to ${held}`;
  return `${field.number === SEQUENCE ? 'sequence' : 'optional'} of ${held}`;
}

function heldName(reader: WireReader, field: Field, depth: number): string {
  let name = 'unknown type';
  reader.fields(field.start, field.end, (part) => {
    if (part.number === TENSOR) {
      reader.fields(part.start, part.end, (inner) => {
        if (inner.number === 1) name = `${elementTypeName(reader.integer(inner))} tensor`;
      });
    } else if (isContainer(part.number)) {
      name = containerName(reader, part, depth + 1);
    }
  });
  return name;
}

/** A shape as onnxruntime tells it: -1 where the size is unknown, whose name may be empty. */
export function dimensionsOf(sizes: readonly number[], names: readonly string[]): Dimension[] {
  return sizes.map((size, index) => {
    if (size >= 0) return size;
    const name = names[index] ?? '';
    return name === '' ? null : name;
  });
}
