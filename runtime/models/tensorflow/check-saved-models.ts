import type { ModelsSpec } from '../../config/spec.ts';
import { KnownError } from '../../errors/known-error.ts';
import { asKnownError } from '../load-failure.ts';
import type { ModelTree } from '../model-tree.ts';
import { reasonOf } from '../tree/reason.ts';
import type { LocalModel } from '../model-version.ts';
import { placedTitle, signatureKeysIn } from './saved-model.ts';
import { signatureError } from './signature-error.ts';
import { signatureKeys } from './signature-keys.ts';
import { callableKeys, chooseKey } from './signatures.ts';

/** Reads what can be told of models without TensorFlow. Rejects with a `KnownError` of the area MODELS. */
export async function checkSavedModels(tree: ModelTree, models: ModelsSpec): Promise<void> {
  const signatureKeyOf = signatureKeys(models);
  for (const version of [...tree.models.values()].flat()) {
    try {
      const model = await tree.fetch(version);
      checkSavedModel(model, signatureKeyOf(model.name));
    } catch (error) {
      throw asKnownError(error);
    }
  }
}

function checkSavedModel(model: LocalModel, signatureKey: string | null): void {
  const keys = keysIn(model);
  if (keys === null) return;
  try {
    chooseKey(callableKeys(keys), signatureKey);
  } catch (error) {
    throw error instanceof RangeError ? signatureError(placedTitle(model), error) : error;
  }
}

function keysIn(model: LocalModel): readonly string[] | null {
  try {
    return signatureKeysIn(model);
  } catch (error) {
    if (!(error instanceof Error && 'syscall' in error)) throw error;
    throw KnownError.of('PONS_ERR_MODELS_UNREADABLE', { path: model.shown, reason: reasonOf(error) }, error);
  }
}
