import type { Releasable } from '../../../runtime/models/held-model.ts';
import { LoadedModels } from '../../../runtime/models/loaded-models.ts';
import type { ModelTree } from '../../../runtime/models/model-tree.ts';
import type { LocalModel } from '../../../runtime/models/model-version.ts';
import { listLogger } from './open-tree.ts';

/** Keeps every version of a tree in memory, as an API without a cache does; `logged` gets its lines. */
export function allInMemory<M extends Releasable>(
  tree: ModelTree,
  load: (model: LocalModel) => Promise<M>,
  logged: string[] = [],
): LoadedModels<M> {
  const logger = listLogger(logged);
  return new LoadedModels({ tree, load, cacheSize: null, diskCacheSize: null, needsAll: false, logger });
}
