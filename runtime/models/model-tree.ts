import type { LocalModel, ModelVersion } from './model-version.ts';

/** The models of one API, wherever they lie: a folder, a file or a bucket. */
export interface ModelTree {
  /** Whether the API has exactly one model, which needs no name (`models.path`). */
  readonly isSingle: boolean;
  /** The models that the project names (`models.paths`), also those of which nothing is left. */
  readonly configured: readonly string[];
  /** Who has the models without telling which, so that there may be more than `models` has; null where `models` has all. */
  readonly unlistedAt: string | null;
  /** Every version that can be served now, by model name; versions from the lowest to the highest. Never empty for a name that it has. */
  readonly models: ReadonlyMap<string, readonly ModelVersion[]>;
  /**
   * Makes a version complete on this machine, by downloading it where need be; several calls for one version download it once. Rejects with
   * `ModelError` where it cannot be had.
   */
  fetch(version: ModelVersion): Promise<LocalModel>;
  /** Removes the copy that `fetch` has made; what is no copy stays. To be called when nothing uses it any more. */
  discard(version: ModelVersion): Promise<void>;
  /** The versions that earlier fetches have left a copy of on this machine, also of earlier starts; the one used last at the end. */
  copies(): Promise<readonly ModelVersion[]>;
  /** Calls `changed` after each look at the models that found others. Returns what ends that. */
  onChanged(changed: () => void): () => void;
  /** Looks no more; downloads under way end. */
  close(): Promise<void>;
}
