import { closeSync, openSync } from 'node:fs';
import { readDeclaredValue, type DeclaredValue } from './declared-values.ts';
import { WireError, WireReader, type Field } from '../protobuf/file-reader.ts';
import { readZipMap, type ZipMap } from './zip-map.ts';

/** What a model file says about itself, but for its tensors. */
export interface ModelScan {
  readonly fileBytes: number;
  readonly graph: Field;
  /** Those with a default included. */
  readonly inputs: readonly DeclaredValue[];
  readonly outputs: readonly DeclaredValue[];
  /** The names of the tensors that the file holds. An input among them has a default. */
  readonly initializers: ReadonlySet<string>;
  /** The files beside it that hold some of those, by name. */
  readonly external: ReadonlySet<string>;
  readonly zipMaps: readonly ZipMap[];
}

/** Of `ModelProto`. Source: onnx.proto3 */
const GRAPH = 7;

/** Reads the file at `path` through a window, which takes as long as the file has nodes and tensors. Throws `WireError`, or an error of `fs`. */
export function scanModel(path: string): ModelScan {
  const file = openSync(path, 'r');
  try {
    const reader = new WireReader(file, 'an ONNX model');
    if (reader.size === 0) throw new WireError('is empty');
    const graphs: Field[] = [];
    reader.fields(0, reader.size, (field) => {
      if (field.number === GRAPH && field.isMessage) graphs.push(field);
    });
    const [graph, second] = graphs;
    if (graph === undefined) throw new WireError('is not an ONNX model: it has no graph');
    if (second !== undefined) throw new WireError(`is not an ONNX model: a second graph begins at byte ${second.at}`);
    return { fileBytes: reader.size, graph, ...scanGraph(reader, graph) };
  } finally {
    closeSync(file);
  }
}

/** Of `GraphProto`: node = 1, initializer = 5, input = 11, output = 12, sparse_initializer = 15. */
function scanGraph(reader: WireReader, graph: Field): Omit<ModelScan, 'graph' | 'fileBytes'> {
  const inputs: DeclaredValue[] = [];
  const outputs: DeclaredValue[] = [];
  const initializers = new Set<string>();
  const external = new Set<string>();
  const zipMaps: ZipMap[] = [];
  reader.fields(graph.start, graph.end, (field) => {
    if (field.number === 1) {
      const zipMap = readZipMap(reader, field);
      if (zipMap !== null) zipMaps.push(zipMap);
    } else if (field.number === 5) {
      const { name, location } = readInitializer(reader, field);
      initializers.add(name);
      if (location !== null) external.add(location);
    } else if (field.number === 11) {
      inputs.push(readDeclaredValue(reader, field));
    } else if (field.number === 12) {
      outputs.push(readDeclaredValue(reader, field));
    }
  });
  const seen = new Set(outputs.map((output) => output.name));
  return { inputs, outputs, initializers, external, zipMaps: zipMaps.filter((zipMap) => seen.has(zipMap.output)) };
}

interface Initializer {
  readonly name: string;
  /** The file that holds its values; null: this one. */
  readonly location: string | null;
}

/** Of `TensorProto`: name = 8, external_data = 13, of `StringStringEntryProto`: key = 1, value = 2. */
function readInitializer(reader: WireReader, field: Field): Initializer {
  let name = '';
  let location: string | null = null;
  reader.fields(field.start, field.end, (part) => {
    if (part.number === 8) name = reader.text(part);
    if (part.number === 13) location = readLocation(reader, part) ?? location;
  });
  return { name, location };
}

function readLocation(reader: WireReader, entry: Field): string | null {
  let key = '';
  let value = '';
  reader.fields(entry.start, entry.end, (part) => {
    if (part.number === 1) key = reader.text(part);
    if (part.number === 2) value = reader.text(part);
  });
  return key === 'location' ? value : null;
}
