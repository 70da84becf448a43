import { codes } from '../../bridge/node/codes.ts';
import { BridgeError } from '../../bridge/node/messages.ts';
import { isVersion } from './request.ts';
import type {
  DescribeParams,
  OnnxEndedParams,
  OnnxPredictParams,
  Tensor,
  TensorflowPredictParams,
} from '../../bridge/node/tensors.ts';

type Keys = Readonly<Record<string, unknown>>;

/** Throws `BridgeError` with `INVALID_PARAMS`, as the others here do. */
export function describeParams(params: unknown): DescribeParams {
  const { name, version } = keysOf(params);
  if (name !== null && typeof name !== 'string') throw invalid('name', 'a string or null');
  if (!isVersion(version)) throw invalid('version', '"latest" or digits');
  return { name, version };
}

export function tensorflowPredictParams(params: unknown): TensorflowPredictParams {
  const { model, inputs } = keysOf(params);
  if (typeof model !== 'number') throw invalid('model', 'a number');
  if (!Array.isArray(inputs) || !inputs.every(isTensor)) throw invalid('inputs', 'a list of tensors');
  return { model, inputs };
}

export function onnxPredictParams(params: unknown): OnnxPredictParams {
  const { model, inputs } = tensorflowPredictParams(params);
  const { caller, outputs } = keysOf(params);
  if (typeof caller !== 'number') throw invalid('caller', 'a number');
  if (outputs !== null && !(Array.isArray(outputs) && outputs.every((name) => typeof name === 'string'))) {
    throw invalid('outputs', 'a list of names or null');
  }
  return { model, caller, inputs, outputs };
}

export function onnxEndedParams(params: unknown): OnnxEndedParams {
  const { model, lane, caller, id } = keysOf(params);
  if (typeof model !== 'number') throw invalid('model', 'a number');
  if (typeof lane !== 'string') throw invalid('lane', 'a string');
  if (typeof caller !== 'number') throw invalid('caller', 'a number');
  if (id !== null && typeof id !== 'number') throw invalid('id', 'a number or null');
  return { model, lane, caller, id };
}

/** Whether its keys are of the right types; what they say is judged where the model is known. */
function isTensor(value: unknown): value is Tensor {
  if (typeof value !== 'object' || value === null) return false;
  const { name, type, shape, bytes } = value as Keys;
  return (
    typeof name === 'string' && typeof type === 'string' && isSize(bytes) && Array.isArray(shape) && shape.every(isSize)
  );
}

function isSize(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function keysOf(params: unknown): Keys {
  if (typeof params === 'object' && params !== null) return params as Keys;
  throw new BridgeError({ code: codes.INVALID_PARAMS, message: 'params has to be an object', data: null });
}

function invalid(key: string, expected: string): BridgeError {
  return new BridgeError({ code: codes.INVALID_PARAMS, message: `params.${key} has to be ${expected}`, data: null });
}
