import { fileURLToPath } from 'node:url';
import type { ElementType, Tensor } from '../../../bridge/node/tensors.ts';
import type { LocalModel } from '../../../runtime/models/model-version.ts';
import { ModelProcesses } from '../../../runtime/models/onnx/model-processes.ts';
import { OnnxModel, type ModelAnswer } from '../../../runtime/models/onnx/onnx-model.ts';
import { deadline } from '../../support/deadline.ts';

const FOLDER = fileURLToPath(new URL('../../fixtures/models/onnx', import.meta.url));
export const OPTIONS = { threads: 1, provider: 'cpu' } as const;
export const NEVER = new AbortController().signal;
/** A slow machine loads a slow model in less. */
const LOAD_MS = 60_000;

/** The model that `make_onnx.py` has made by that name, as version 2. */
export function fixture(name: string): LocalModel {
  return at(`${FOLDER}/${name}.onnx`, name);
}

export function at(path: string, name = 'given'): LocalModel {
  return { name, version: '2', fingerprint: '', modifiedAt: 0, path, shown: path };
}

/** Runs `act` with the processes that it may load models on. */
export async function withProcesses(
  act: (processes: ModelProcesses) => Promise<void>,
  processes = new ModelProcesses(),
): Promise<void> {
  try {
    await deadline(LOAD_MS, act(processes), 'the test with model processes');
  } finally {
    await processes.close();
  }
}

/** Runs `act` with a model of `make_onnx.py`. */
export async function withModel(name: string, act: (model: OnnxModel) => Promise<void>): Promise<void> {
  await withProcesses(async (processes) => {
    await act(await OnnxModel.load(processes, fixture(name), OPTIONS));
  });
}

/** A tensor together with its bytes. */
export interface Filled {
  readonly tensor: Tensor;
  readonly bytes: Buffer;
}

export function filled(name: string, type: ElementType, shape: readonly number[], data: ArrayBufferView): Filled {
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  return { tensor: { name, type, shape, bytes: bytes.length }, bytes };
}

export function floats(name: string, shape: readonly number[], values: readonly number[]): Filled {
  return filled(name, 'float32', shape, Float32Array.from(values));
}

export function strings(name: string, shape: readonly number[], values: readonly string[]): Filled {
  const texts = values.map((value) => Buffer.from(value));
  const lengths = texts.map((text) => {
    const length = Buffer.alloc(4);
    length.writeUInt32LE(text.length);
    return length;
  });
  return filled(name, 'string', shape, Buffer.concat([...lengths, ...texts]));
}

/** Tensors in one body, as a predictor sends them. */
export function bodyOf(inputs: readonly Filled[]): Buffer {
  const parts: Buffer[] = [];
  let length = 0;
  for (const { bytes } of inputs) {
    const gap = Buffer.alloc((8 - (length % 8)) % 8);
    parts.push(gap, bytes);
    length += gap.length + bytes.length;
  }
  return Buffer.concat(parts);
}

export function run(
  model: OnnxModel,
  inputs: readonly Filled[],
  outputs: readonly string[] | null = null,
  signal: AbortSignal = new AbortController().signal,
): Promise<ModelAnswer> {
  return model.run(
    inputs.map(({ tensor }) => tensor),
    bodyOf(inputs),
    outputs,
    signal,
  );
}

/** The outputs of an answer with the bytes of each. */
export function outputsOf({ outputs, body }: ModelAnswer): Filled[] {
  let at = 0;
  return outputs.map((tensor) => {
    const start = Math.ceil(at / 8) * 8;
    at = start + tensor.bytes;
    return { tensor, bytes: body.subarray(start, at) };
  });
}

export function floatsOf({ bytes }: Filled): number[] {
  return Array.from({ length: bytes.length / 4 }, (_, index) => bytes.readFloatLE(index * 4));
}

/** What the model "slow" takes: each round is a few milliseconds of multiplying. */
export function rounds(count: number): Filled {
  return filled('rounds', 'int64', [], BigInt64Array.of(BigInt(count)));
}

/** The code of an error; what else was thrown as it is. */
export function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : error;
}
