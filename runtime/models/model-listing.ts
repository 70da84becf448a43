import type { ModelTree } from './model-tree.ts';

/** The versions of each model, from the lowest to the highest, and when each was changed, in seconds since the epoch. */
export type ModelListing = Readonly<
  Record<string, { readonly versions: readonly string[]; readonly timestamps: readonly number[] }>
>;

export function listModels(tree: ModelTree): ModelListing {
  const listed = [...tree.models].map(([name, versions]) => {
    const timestamps = versions.map(({ modifiedAt }) => Math.floor(modifiedAt / 1000));
    return [name, { versions: versions.map(({ version }) => version), timestamps }] as const;
  });
  return Object.fromEntries(listed);
}
