import type { MapSpec } from '../../../bridge/node/tensors.ts';
import type { Field, WireReader } from '../protobuf/file-reader.ts';

/** A node that makes a list of dictionaries of a matrix, as classifiers of skl2onnx end in. */
export interface ZipMap {
  readonly field: Field;
  /** The name of the matrix, whose elements are float32. */
  readonly input: string;
  readonly output: string;
  readonly map: MapSpec;
}

/** Reads a `NodeProto`, input = 1, output = 2, op_type = 4, attribute = 5, domain = 7; null where it is another node. */
export function readZipMap(reader: WireReader, field: Field): ZipMap | null {
  let type = '';
  let domain = '';
  reader.fields(field.start, field.end, (part) => {
    if (part.number === 4) type = reader.text(part);
    if (part.number === 7) domain = reader.text(part);
  });
  if (type !== 'ZipMap' || domain !== 'ai.onnx.ml') return null;
  let input = '';
  let output = '';
  let map: MapSpec = { keys: 'int64', labels: [] };
  reader.fields(field.start, field.end, (part) => {
    if (part.number === 1) input = reader.text(part);
    if (part.number === 2) output = reader.text(part);
    if (part.number === 5) map = readLabels(reader, part) ?? map;
  });
  return { field, input, output, map };
}

/** Reads an `AttributeProto`, name = 1, ints = 8, strings = 9; null where it holds no labels. */
function readLabels(reader: WireReader, field: Field): MapSpec | null {
  let name = '';
  const integers: string[] = [];
  const strings: string[] = [];
  reader.fields(field.start, field.end, (part) => {
    if (part.number === 1) name = reader.text(part);
    if (part.number === 8) for (const label of reader.int64s(part)) integers.push(String(label));
    if (part.number === 9) strings.push(reader.text(part));
  });
  if (name === 'classlabels_int64s') return { keys: 'int64', labels: integers };
  if (name === 'classlabels_strings') return { keys: 'string', labels: strings };
  return null;
}
