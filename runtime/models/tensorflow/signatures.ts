import type { Dimension, GraphTensorSpec, TensorflowSignature } from '../../../bridge/node/tensors.ts';
import { dataTypeOf } from './data-types.ts';

/** A `SignatureDefMap` as a message. */
export interface SignatureDefMap {
  readonly signature_def: Readonly<Record<string, SignatureDef>>;
}

interface SignatureDef {
  readonly inputs: Readonly<Record<string, TensorInfo>>;
  readonly outputs: Readonly<Record<string, TensorInfo>>;
  readonly method_name: string;
}

interface TensorInfo {
  readonly name: string;
  readonly dtype: number;
  readonly tensor_shape: { readonly dim: readonly { readonly size: string }[]; readonly unknown_rank: boolean } | null;
}

/** A signature that can be called. */
export interface Signature extends TensorflowSignature {
  /** The number of each input's type as the model has it, by name: on the bridge quantized integers are plain ones. */
  readonly inputTypes: ReadonlyMap<string, number>;
}

/** What a model can be asked for, and the one of it that is. */
export interface ChosenSignature {
  readonly key: string;
  readonly signature: Signature;
  /** All that the model has, by key in order; those with a type that cannot cross the bridge are left out. */
  readonly all: Readonly<Record<string, Signature>>;
}

/** It initializes a model, and nobody calls it. */
const INIT_SIGNATURE = '__saved_model_init_op';
const DEFAULT_SIGNATURE = 'predict';

/** None that can be called is named by the configuration; `message` follows the name of the model. */
export class SignatureKeyError extends RangeError {
  override readonly name = 'SignatureKeyError';
}

/**
 * The signature that predictors call: `wanted`; where that is null the only one, or the one called `predict`. Throws `RangeError` in words that follow the name
 * of the model.
 */
export function chooseSignature(message: SignatureDefMap, wanted: string | null): ChosenSignature {
  const keys = callableKeys(Object.keys(message.signature_def));
  const key = chooseKey(keys, wanted);
  const all = Object.fromEntries(keys.map((one) => [one, signatureOf(message, one)]));
  const chosen = all[key];
  if (chosen === undefined || typeof chosen === 'string') {
    throw new RangeError(`has the signature "${key}", but ${chosen ?? 'it is empty'}, which cannot be sent`);
  }
  const usable = Object.entries(all).filter((entry): entry is [string, Signature] => typeof entry[1] !== 'string');
  return { key, signature: chosen, all: Object.fromEntries(usable) };
}

/** Those of a model's signatures that are meant for callers, in order. */
export function callableKeys(keys: readonly string[]): string[] {
  return keys.filter((key) => key !== INIT_SIGNATURE).sort();
}

/** As `chooseSignature`, of what `callableKeys` tells. */
export function chooseKey(keys: readonly string[], wanted: string | null): string {
  const listed = keys.map((key) => `"${key}"`).join(', ');
  const [first] = keys;
  if (first === undefined) throw new RangeError('is a SavedModel without a signature to serve; save it with one');
  if (wanted !== null) {
    if (keys.includes(wanted)) return wanted;
    throw new SignatureKeyError(`has no signature "${wanted}", which signature_key names; it has ${listed}`);
  }
  if (keys.length === 1) return first;
  if (keys.includes(DEFAULT_SIGNATURE)) return DEFAULT_SIGNATURE;
  throw new SignatureKeyError(`has several signatures; set signature_key to one of ${listed}`);
}

/** A signature, or why it cannot be called. */
function signatureOf({ signature_def: defs }: SignatureDefMap, key: string): Signature | string {
  const { inputs = {}, outputs = {}, method_name: methodName = '' } = defs[key] ?? {};
  const unknown = [...Object.entries(inputs), ...Object.entries(outputs)].find(([, { dtype }]) => !dataTypeOf(dtype));
  if (unknown !== undefined)
    return `its tensor "${unknown[0]}" is of a type without plain values (${unknown[1].dtype})`;
  const inputTypes = new Map(Object.entries(inputs).map(([name, { dtype }]) => [name, dtype]));
  return { inputs: specsOf(inputs), outputs: specsOf(outputs), methodName, inputTypes };
}

/** In the order of their names: the protocol has none. */
function specsOf(tensors: Readonly<Record<string, TensorInfo>>): GraphTensorSpec[] {
  return Object.entries(tensors)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, { name: graphName, dtype, tensor_shape: shape }]) => {
      const type = dataTypeOf(dtype)?.type ?? 'string';
      return { name, graphName, type, shape: shape?.unknown_rank ? null : dimensions(shape) };
    });
}

function dimensions(shape: TensorInfo['tensor_shape']): Dimension[] {
  return (shape?.dim ?? []).map(({ size }) => (Number(size) < 0 ? null : Number(size)));
}
