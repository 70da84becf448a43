import type { ModelTree } from './model-tree.ts';
import type { ModelVersion } from './model-version.ts';

/** The versions of each model, from the lowest to the highest, and when each was changed, in seconds since the epoch. */
export type ModelListing = Readonly<
  Record<string, { readonly versions: readonly string[]; readonly timestamps: readonly number[] }>
>;

export function listModels(tree: ModelTree, isListed: (version: ModelVersion) => boolean): ModelListing {
  const listed = [...tree.models].flatMap(([name, all]) => {
    const versions = all.filter(isListed);
    if (versions.length === 0) return [];
    const timestamps = versions.map(({ modifiedAt }) => Math.floor(modifiedAt / 1000));
    return [[name, { versions: versions.map(({ version }) => version), timestamps }] as const];
  });
  return Object.fromEntries(listed);
}
