import type { ModelTree } from '../model-tree.ts';
import type { LocalModel } from '../model-version.ts';
import type { TensorflowModel } from './model.ts';

/** A TensorFlow Serving with the models of one API. */
export interface TensorflowServing {
  /** What an external server has; null where the models are those of the API's own tree. */
  readonly tree: ModelTree | null;
  /** Makes a version callable. Rejects with `ModelError`. */
  readonly load: (model: LocalModel) => Promise<TensorflowModel>;
  /** Waits until the tree has what these mean, as long as that may still come. Rejects with `ModelError` where it does not. */
  awaitModel(name: string | null, version: string, signal: AbortSignal): Promise<void>;
  /** Ends all calls, and the server where it is ours. Models that are released later need nothing any more. */
  close(): Promise<void>;
}
