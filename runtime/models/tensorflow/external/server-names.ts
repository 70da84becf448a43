import { posix } from 'node:path';
import type { ModelSource } from '../../../config/spec.ts';
import { SINGLE_MODEL } from '../../model-version.ts';

/** A model, and what an external server may call it: the first of the names that it has is the one. */
export interface ModelNames {
  readonly name: string;
  readonly serverNames: readonly string[];
}

/**
 * What the models of an API are called on a server that somebody else has started. A single model has no name: there it is `_cortex_default` or called as
 * the last folder of `models.path`. The models of `models.dir` are not listed by a server, so that each is looked for when a predictor first names it.
 */
export function serverNamesOf(source: ModelSource): ModelNames[] {
  switch (source.kind) {
    case 'path': {
      const folder = posix.basename(source.path.replace(/^s3:\/\//, ''));
      return [{ name: SINGLE_MODEL, serverNames: [...new Set([SINGLE_MODEL, folder])] }];
    }
    case 'paths':
      return source.paths.map(({ name }) => ({ name, serverNames: [name] }));
    case 'dir':
      return [];
  }
}
