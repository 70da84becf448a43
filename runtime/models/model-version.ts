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

/** From the lowest to the highest, by value: 9 is before 10. */
export function compareVersions(one: string, other: string): number {
  const difference = BigInt(one) - BigInt(other);
  return difference < 0n ? -1 : Number(difference > 0n);
}

/** How log lines, errors and predictors name a model, or one version of it: `the model "iris" (version 3)`. A single model has no name of its own. */
export function titleOf(name: string, version: string | null): string {
  const model = name === SINGLE_MODEL ? 'the model' : `the model "${name}"`;
  return version === null ? model : `${model} (version ${version})`;
}

export function describeVersion({ name, version }: Pick<ModelVersion, 'name' | 'version'>): string {
  return titleOf(name, version);
}
