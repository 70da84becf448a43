import { join } from 'node:path';
import { KnownError } from '../../errors/known-error.ts';
import type { ModelType } from './format.ts';
import { listLocal } from './list-local.ts';
import { readSource, type Source } from './look.ts';
import type { WatchedSource } from './polled-tree.ts';
import { fingerprintOf } from './sight.ts';

/** Models in a folder of the project: used where they lie. */
export function watchLocal(type: ModelType, source: Source): WatchedSource {
  const { location } = source;
  const root = location.kind === 'local' ? location.path : '';
  return {
    shown: location.shown,
    look: async () => readSource(type, source, await listLocal(root, location.shown)),
    fetch: async ({ folder, entry, fingerprint }) => {
      const path = join(location.shown, folder);
      // What is being written over right now is not the version that was asked for, and may be half of another.
      if (fingerprintOf(await listLocal(join(root, folder), path)) !== fingerprint) {
        throw KnownError.of('PONS_ERR_MODELS_UNREADABLE', { path, reason: 'they are being changed' });
      }
      return join(root, entry);
    },
    copiedAt: () => Promise.resolve(null),
    discard: () => Promise.resolve(),
    close: () => undefined,
  };
}
