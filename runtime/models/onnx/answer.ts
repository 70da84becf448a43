import { MAX_BODY_BYTES } from '../../../bridge/node/framing.ts';
import type { ElementType, MapSpec, Tensor } from '../../../bridge/node/tensors.ts';
import { CallError } from './call-error.ts';
import type { OnnxTensor } from './library.ts';
import { encodeStrings } from './string-tensor.ts';

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

const ALIGNMENT = 8;

/** The outputs in one body; a single one gives its own memory for it. Throws `CallError` with `MODEL_UNUSABLE`. */
export function answerOf(label: string, outputs: readonly Output[]): Answer {
  const parts: Uint8Array[] = [];
  const tensors: Tensor[] = [];
  let total = 0;
  for (const { name, map, tensor } of outputs) {
    if (map !== null) assertColumns(label, name, map, tensor.dims);
    const bytes = bytesOf(tensor);
    parts.push(bytes);
    tensors.push({ name, type: tensor.type as ElementType, shape: tensor.dims, bytes: bytes.length });
    total = align(total) + bytes.length;
  }
  if (total > MAX_BODY_BYTES) {
    throw new CallError(
      'MODEL_UNUSABLE',
      `${label} answered with ${total} bytes; at most ${MAX_BODY_BYTES} can be passed on`,
    );
  }
  const [only] = parts;
  if (only !== undefined && parts.length === 1 && only.length === only.buffer.byteLength) {
    return { outputs: tensors, body: only.buffer as ArrayBuffer };
  }
  const body = new Uint8Array(total);
  let at = 0;
  for (const part of parts) {
    at = align(at);
    body.set(part, at);
    at += part.length;
  }
  return { outputs: tensors, body: body.buffer };
}

function bytesOf({ type, data }: OnnxTensor): Uint8Array {
  if (type === 'string') return encodeStrings(data as string[]);
  const { buffer, byteOffset, byteLength } = data as Uint8Array;
  return new Uint8Array(buffer, byteOffset, byteLength);
}

function align(at: number): number {
  return Math.ceil(at / ALIGNMENT) * ALIGNMENT;
}

/** A matrix, or a row of one. */
function assertColumns(label: string, name: string, map: MapSpec, shape: readonly number[]): void {
  const columns = shape[shape.length - 1];
  if ((shape.length === 1 || shape.length === 2) && columns === map.labels.length) return;
  const got = `[${shape.join(', ')}]`;
  throw new CallError(
    'MODEL_UNUSABLE',
    `the output "${name}" of ${label} has ${map.labels.length} labels, but its values have the shape ${got}`,
  );
}
