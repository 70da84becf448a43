/** The name that a single model has inside Pons, as in Cortex. */
export const SINGLE_MODEL = '_cortex_default';
/** The version of a model that has no version folders, as in Cortex. */
export const ONLY_VERSION = '1';

/** One version of one model that can be served. */
export interface ModelVersion {
  readonly name: string;
  /** Digits. */
  readonly version: string;
  /** Another one as soon as any of its files is. */
  readonly fingerprint: string;
  /** Epoch ms: when the newest of its files was changed. */
  readonly modifiedAt: number;
}

/** A version whose files are complete on this machine. */
export interface LocalModel extends ModelVersion {
  /** Absolute: the `.onnx` file, or the folder of the SavedModel. */
  readonly path: string;
}
