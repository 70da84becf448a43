import { loadError } from '../load-failure.ts';
import type { ModelError } from '../model-error.ts';
import { SignatureKeyError } from './signatures.ts';

/** What is said of a model without a signature to call: `title` names it, and `error` follows that. */
export function signatureError(title: string, error: RangeError): ModelError {
  const isOfKey = error instanceof SignatureKeyError;
  return loadError(
    isOfKey ? 'PONS_ERR_MODELS_SIGNATURE_KEY' : 'PONS_ERR_MODELS_NOT_LOADED',
    `${title} ${error.message}`,
    error,
  );
}
