import type { Releasable } from './held-model.ts';
import { asKnownError, isBroken } from './load-failure.ts';
import type { Memory } from './memory.ts';
import type { ModelTree } from './model-tree.ts';
import type { ModelVersion } from './model-version.ts';
import { Turns } from './turns.ts';

export interface PreloadOptions<M extends Releasable> {
  readonly tree: ModelTree;
  readonly memory: Memory<M>;
  /** Whether a version whose files are broken fails the start even where another one of its model can be loaded. */
  readonly needsAll: boolean;
  /** Whether to load no more. */
  readonly isClosed: () => boolean;
}

/** A version that is left out since its files are broken. */
export interface BrokenVersion {
  readonly version: ModelVersion;
  readonly error: unknown;
}

const LOADS_AT_ONCE = 4;

/**
 * Loads every version, a few at a time, and resolves to those that had to be left out: a start serves what was served before it. Rejects with the first failure that
 * it cannot do without, a `KnownError` of the area MODELS, while others may still be loaded.
 */
export async function preload<M extends Releasable>(options: PreloadOptions<M>): Promise<BrokenVersion[]> {
  const { tree, memory, needsAll, isClosed } = options;
  const turns = new Turns(LOADS_AT_ONCE);
  const broken: BrokenVersion[] = [];
  let isGivenUp = false;
  const load = async (version: ModelVersion, ofModel: readonly ModelVersion[]): Promise<void> => {
    if (isGivenUp || isClosed()) return;
    try {
      await memory.load(version);
    } catch (error) {
      // Those that are still to be loaded may be what serves.
      const isLast = ofModel.every((one) => memory.lacks(one));
      if (needsAll || isLast || !isBroken(error)) throw error;
      broken.push({ version, error });
    }
  };
  const loads = [...tree.models.values()].flatMap((ofModel) =>
    ofModel.map((version) => turns.run(() => load(version, ofModel))),
  );
  await Promise.all(loads).catch((error: unknown) => {
    isGivenUp = true;
    throw asKnownError(error);
  });
  return broken;
}
