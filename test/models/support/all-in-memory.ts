import { LoadedModels, type Releasable } from '../../../runtime/models/loaded-models.ts';
import type { ModelTree } from '../../../runtime/models/model-tree.ts';
import type { LocalModel } from '../../../runtime/models/model-version.ts';
import { listLogger } from './open-tree.ts';

/** Keeps every version of a tree in memory, as an API without a cache does. */
export function allInMemory<M extends Releasable>(
  tree: ModelTree,
  load: (model: LocalModel) => Promise<M>,
): LoadedModels<M> {
  return new LoadedModels({ tree, load, cacheSize: null, diskCacheSize: null, logger: listLogger([]) });
}
