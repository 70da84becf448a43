import type { ElementType, TensorSpec } from '../../../bridge/node/tensors.ts';
import { LoadError } from './load-error.ts';
import { dimensionsOf, type DeclaredValue } from './declared-values.ts';
import { elementTypeName, isServed } from './element-types.ts';
import type { SessionSpec } from './exchange.ts';
import type { SessionMetadata } from './library.ts';
import type { ModelScan } from './scan.ts';

/** Throws `LoadError` with `TYPE_UNSERVABLE` where the file declares an input or output that onnxruntime-node cannot pass on. */
export function assertServed(scan: ModelScan): void {
  const zipped = new Set(scan.zipMaps.map((zipMap) => zipMap.output));
  for (const input of scan.inputs) {
    if (!scan.initializers.has(input.name)) assertType('input', input.name, input.type);
  }
  for (const output of scan.outputs) {
    if (!zipped.has(output.name)) assertType('output', output.name, output.type);
  }
}

/** What the loaded model takes and gives, in its own order, under the names that the file has. Throws `LoadError` with `TYPE_UNSERVABLE`. */
export function specOf(
  scan: ModelScan,
  inputs: readonly SessionMetadata[],
  outputs: readonly SessionMetadata[],
): SessionSpec {
  const declared = new Map(scan.inputs.map((input) => [input.name, input]));
  const made = new Map(outputs.map((output) => [output.name, output]));
  const tensors = tensorNames(scan);
  const maps = new Map(scan.zipMaps.map(({ output, map }) => [output, map]));
  return {
    inputs: inputs.map((input) => valueSpec('input', input.name, input, declared.get(input.name))),
    outputs: scan.outputs.map((output) => {
      const { name } = output;
      const map = maps.get(name) ?? null;
      const value = made.get(tensors.get(name) ?? name);
      return { ...valueSpec('output', name, value, map === null ? output : undefined), map };
    }),
    defaults: scan.inputs.map(({ name }) => name).filter((name) => scan.initializers.has(name)),
  };
}

/** The name of the tensor that each output is read from. */
export function tensorNames(scan: ModelScan): Map<string, string> {
  const zipped = new Map(scan.zipMaps.map((zipMap) => [zipMap.output, zipMap.input]));
  return new Map(scan.outputs.map(({ name }) => [name, zipped.get(name) ?? name]));
}

function valueSpec(
  role: 'input' | 'output',
  name: string,
  metadata: SessionMetadata | undefined,
  declared: DeclaredValue | undefined,
): TensorSpec {
  const type = metadata?.isTensor === true ? elementTypeName(metadata.type) : 'no tensor';
  assertType(role, name, type);
  const { shape: sizes = [], symbolicDimensions: names = [] } = metadata ?? {};
  // Of a scalar and of unknown rank the library says the same; the file tells them apart.
  const shape = sizes.length === 0 && declared?.hasShape !== true ? null : dimensionsOf(sizes, names);
  return { name, type: type as ElementType, shape };
}

function assertType(role: 'input' | 'output', name: string, type: string | null): void {
  if (type === null || isServed(type)) return;
  throw new LoadError(
    'TYPE_UNSERVABLE',
    `has the ${role} "${name}" of type ${type}, which onnxruntime-node cannot pass on`,
  );
}
