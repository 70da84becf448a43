import type { KnownError } from '../../errors/known-error.ts';
import { ModelError } from '../model-error.ts';

/** A model that was not loaded: `MODEL_UNUSABLE` to a predictor that asks for it, `known` where a start fails by it. */
export class UnloadableModel extends ModelError {
  readonly known: KnownError;

  constructor(known: KnownError) {
    super('MODEL_UNUSABLE', known.message);
    this.known = known;
  }
}
