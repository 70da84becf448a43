import type { Releasable } from './held-model.ts';
import type { LoadedModels } from './loaded-models.ts';

/** What whoever answers predictors needs of the loaded models. */
export type ModelsInMemory<M extends Releasable> = Pick<LoadedModels<M>, keyof LoadedModels<M>>;
