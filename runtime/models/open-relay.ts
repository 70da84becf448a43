import type { ModelRelay } from './model-relay.ts';
import { openOnnxRelay } from './onnx/open.ts';
import type { RelayOptions } from './relay-options.ts';
import { openTensorflowRelay } from './tensorflow/open.ts';

/**
 * Finds the models of one API and has them loaded, which its `ready` tells. Rejects with a `KnownError` of the area MODELS, or with the reason of
 * `signal`. To be closed.
 */
export function openModelRelay(options: RelayOptions): Promise<ModelRelay> {
  return options.type === 'onnx' ? openOnnxRelay(options) : openTensorflowRelay(options);
}
