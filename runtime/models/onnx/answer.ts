import { letGo } from '../../../bridge/node/let-go.ts';
import { packStrings } from '../../../bridge/node/string-tensor.ts';
import { packTensors, type TensorBytes } from '../../../bridge/node/tensor-body.ts';
import type { ElementType, MapSpec, Tensor } from '../../../bridge/node/tensors.ts';
import { ModelError } from '../model-error.ts';
import type { OnnxTensor } from './library.ts';

/** One output that was asked for, as it came. */
export interface Output {
  readonly name: string;
  readonly map: MapSpec | null;
  readonly tensor: OnnxTensor;
}

export interface Answer {
  readonly outputs: Tensor[];
  readonly body: ArrayBuffer;
}

/**
 * The outputs in one body; a single one gives its own memory for it. That of the others is given back, also where there is no answer: nothing else would soon have V8
 * collect it. Throws `ModelError` with `MODEL_UNUSABLE`.
 */
export function answerOf(label: string, outputs: readonly Output[]): Answer {
  const theirs = outputs.filter(({ tensor }) => tensor.type !== 'string').map(({ tensor }) => bytesOf(tensor));
  let answer: Uint8Array | null = null;
  try {
    for (const { name, map, tensor } of outputs) if (map !== null) assertColumns(label, name, map, tensor.dims);
    const parts = outputs.map(({ name, tensor }) => {
      return { name, type: tensor.type as ElementType, shape: tensor.dims, bytes: bytesOf(tensor) };
    });
    const { tensors, body } = packed(label, parts);
    answer = body;
    return { outputs: tensors, body: memoryOf(body) };
  } finally {
    for (const bytes of theirs) if (bytes.buffer !== answer?.buffer) letGo(bytes);
  }
}

function packed(label: string, parts: readonly TensorBytes<Uint8Array>[]): ReturnType<typeof packTensors<Uint8Array>> {
  try {
    return packTensors(parts);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new ModelError('MODEL_UNUSABLE', `${label} ${error.message}`);
  }
}

function bytesOf({ type, data }: OnnxTensor): Uint8Array {
  if (type === 'string') return packStrings(data as string[]);
  const { buffer, byteOffset, byteLength } = data as Uint8Array;
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/** Memory that holds these bytes and no others: their own, a copy where others lie there too. */
function memoryOf({ buffer, byteOffset, length }: Uint8Array): ArrayBuffer {
  if (length === buffer.byteLength) return buffer as ArrayBuffer;
  return buffer.slice(byteOffset, byteOffset + length) as ArrayBuffer;
}

/** A matrix, or a row of one. */
function assertColumns(label: string, name: string, map: MapSpec, shape: readonly number[]): void {
  const columns = shape[shape.length - 1];
  if ((shape.length === 1 || shape.length === 2) && columns === map.labels.length) return;
  const got = `[${shape.join(', ')}]`;
  throw new ModelError(
    'MODEL_UNUSABLE',
    `the output "${name}" of ${label} has ${map.labels.length} labels, but its values have the shape ${got}`,
  );
}
