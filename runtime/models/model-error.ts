import { codes } from '../../bridge/node/codes.ts';
import { BridgeError } from '../../bridge/node/messages.ts';

export type ModelErrorCode = 'MODEL_CHANGED' | 'MODEL_UNUSABLE' | 'TENSOR_INVALID';

/** What a predictor is told when a call of its model client cannot be served: one sentence that names the model. */
export class ModelError extends BridgeError {
  /** `cause` is what was caught, if anything: a `KnownError` where files could not be had. */
  constructor(code: ModelErrorCode, message: string, cause?: unknown) {
    super({ code: codes[code], message, data: null });
    this.cause = cause;
  }
}

/** What a predictor process is told that has to describe a model anew. */
export function modelChanged(): ModelError {
  return new ModelError('MODEL_CHANGED', 'the model that was described is no longer what its name and version mean');
}
