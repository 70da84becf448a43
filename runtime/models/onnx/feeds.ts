import { tensorStart } from '../../../bridge/node/tensor-body.ts';
import type { Tensor, TensorSpec } from '../../../bridge/node/tensors.ts';
import { ModelError } from '../model-error.ts';
import { arrays, type NumericType } from './element-types.ts';
import type { Library, OnnxTensor } from './library.ts';
import { readTexts } from './texts.ts';

/** What a run is asked of. */
export interface Target {
  readonly label: string;
  /** By name. */
  readonly inputs: ReadonlyMap<string, TensorSpec>;
}

type Feeds = Record<string, OnnxTensor>;

/** What the library can multiply without an overflow is smaller; nothing real is larger. */
const MAX_DIMENSION = 2 ** 31 - 1;
const MAX_RANK = 64;

/** The tensors of a call over its body, without a copy but for strings. Throws `ModelError` with `TENSOR_INVALID`. */
export function feedsOf(target: Target, inputs: readonly Tensor[], body: ArrayBuffer, library: Library): Feeds {
  const feeds: Feeds = Object.create(null) as Feeds;
  let at = 0;
  let given = 0;
  for (const tensor of inputs) {
    const spec = target.inputs.get(tensor.name);
    if (spec === undefined) throw invalid(unknownInput(target, tensor.name));
    if (tensor.name in feeds) throw invalid(`${inputOf(target, tensor)} was given twice`);
    const start = tensorStart(at);
    at = start + tensor.bytes;
    if (!(tensor.bytes >= 0 && at <= body.byteLength)) {
      throw invalid(`${inputOf(target, tensor)} ends at byte ${at} of a body of ${body.byteLength}`);
    }
    feeds[tensor.name] = tensorOf(target, spec, tensor, body, start, library);
    given++;
  }
  if (given < target.inputs.size) {
    const missing = [...target.inputs.keys()].find((name) => !(name in feeds)) ?? '';
    throw invalid(`${target.label} needs the input "${missing}", which was not given`);
  }
  return feeds;
}

function tensorOf(
  target: Target,
  spec: TensorSpec,
  tensor: Tensor,
  body: ArrayBuffer,
  start: number,
  { Tensor }: Library,
): OnnxTensor {
  if (tensor.type !== spec.type) throw invalid(`${inputOf(target, tensor)} is ${spec.type}; got ${tensor.type}`);
  const count = countOf(target, spec, tensor);
  if (spec.type === 'string') {
    return new Tensor('string', textsOf(target, tensor, Buffer.from(body, start, tensor.bytes), count), tensor.shape);
  }
  // A model with any other type was refused when it was loaded.
  const array = arrays[spec.type as NumericType];
  if (count * array.BYTES_PER_ELEMENT !== tensor.bytes) {
    const expected = count * array.BYTES_PER_ELEMENT;
    throw invalid(
      `${inputOf(target, tensor)} takes ${expected} bytes with the shape ${shapeText(tensor.shape)}; got ${tensor.bytes}`,
    );
  }
  const data = new array(body, start, count);
  if (spec.type === 'bool' && (data as Uint8Array).some((byte) => byte > 1)) {
    throw invalid(`${inputOf(target, tensor)} is bool, whose bytes are 0 or 1; got another`);
  }
  return new Tensor(spec.type as 'float32', data as Float32Array, tensor.shape);
}

function textsOf(target: Target, tensor: Tensor, bytes: Buffer, count: number): string[] {
  try {
    return readTexts(bytes, count);
  } catch (error) {
    throw error instanceof RangeError ? invalid(`${inputOf(target, tensor)} ${error.message}`) : error;
  }
}

/** How many elements the shape has, once it is found to fit. */
function countOf(target: Target, spec: TensorSpec, tensor: Tensor): number {
  const { shape } = tensor;
  const expected = spec.shape;
  let count = 1;
  let fits = expected === null ? shape.length <= MAX_RANK : expected.length === shape.length;
  for (let index = 0; index < shape.length; index++) {
    const size = shape[index] as number;
    if (!(Number.isInteger(size) && size >= 0 && size <= MAX_DIMENSION)) fits = false;
    const due = expected?.[index];
    if (typeof due === 'number' && due !== size) fits = false;
    count *= size;
  }
  if (fits) return count;
  const due = expected === null ? `of up to ${MAX_RANK} dimensions, each 0 to ${MAX_DIMENSION}` : shapeText(expected);
  throw invalid(`${inputOf(target, tensor)} has the shape ${due}; got ${shapeText(shape)}`);
}

function unknownInput(target: Target, name: string): string {
  const known = [...target.inputs.keys()].map((input) => `"${input}"`).join(', ');
  return `${target.label} has no input "${name}"; it has ${known === '' ? 'none' : known}`;
}

function inputOf(target: Target, tensor: Tensor): string {
  return `the input "${tensor.name}" of ${target.label}`;
}

function shapeText(shape: readonly (number | string | null)[]): string {
  const sizes = shape.slice(0, MAX_RANK).map((size) => size ?? '?');
  return `[${sizes.join(', ')}${shape.length > MAX_RANK ? ', ...' : ''}]`;
}

function invalid(message: string): ModelError {
  return new ModelError('TENSOR_INVALID', message);
}
