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
      const listing = await listLocal(join(root, folder), path);
      if (fingerprintOf(listing) !== fingerprint) {
        const reason = listing.files.length === 0 ? 'they were removed' : 'they are being changed';
        throw KnownError.of('PONS_ERR_MODELS_UNREADABLE', { path, reason });
      }
      return join(root, entry);
    },
    copiedAt: () => Promise.resolve(null),
    discard: () => Promise.resolve(),
    close: () => undefined,
  };
}
