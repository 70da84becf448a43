import type { Logger } from '../log/logger.ts';
import type { ModelTree } from './model-tree.ts';
import type { LocalModel, ModelVersion } from './model-version.ts';

/** A model in memory. */
export interface Releasable {
  /** To be called once, when its last call has ended. */
  release(): Promise<void>;
}

export interface LoadedModelsOptions<M extends Releasable> {
  readonly tree: ModelTree;
  readonly load: (model: LocalModel) => Promise<M>;
  /** How many versions may be in memory, and on disk where they were downloaded; null: all of them. */
  readonly cacheSize: number | null;
  readonly diskCacheSize: number | null;
  readonly logger: Logger;
}

/** What a predictor is told about a model, and the number by which it calls it. */
export interface Loaded<M> {
  /** Stands for this load of this version under the `version` that was asked for; no other load has or had it. */
  readonly handle: number;
  readonly version: ModelVersion;
  readonly model: M;
}

/** The models of one API in memory: each loaded once for all processes, exchanged when its files are, and released after its last call. */
export interface LoadedModels<M extends Releasable> {
  /** Loads all that has to be there from the start: every version, or none where there is a cache. Rejects with the first failure. */
  preload(): Promise<void>;
  /**
   * The model that these mean now, loaded where need be; calls at the same time load it once. `name` null is right where there is one model
   * without a name; `version` is `latest` or digits. Rejects with `ModelError`.
   */
  describe(name: string | null, version: string): Promise<Loaded<M>>;
  /** Runs `act`; the model is not released before that has settled. Rejects with `MODEL_CHANGED` where `handle` is no longer what its name and version mean. */
  use<T>(handle: number, act: (model: M) => Promise<T>): Promise<T>;
  /** Every version that can be asked for, by name. */
  list(): Readonly<Record<string, { readonly versions: readonly string[]; readonly timestamps: readonly number[] }>>;
  /** Releases all. */
  close(): Promise<void>;
}
