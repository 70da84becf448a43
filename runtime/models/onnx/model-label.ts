import { SINGLE_MODEL, type ModelVersion } from '../model-version.ts';

/** How errors call a model: `the model "iris" (version 2)`. */
export function modelLabel({ name, version }: Pick<ModelVersion, 'name' | 'version'>): string {
  return name === SINGLE_MODEL ? `the model (version ${version})` : `the model "${name}" (version ${version})`;
}
