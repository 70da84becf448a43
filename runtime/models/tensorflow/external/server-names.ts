import { readdir } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { isLocal, type ModelSource } from '../../../config/spec.ts';
import { SINGLE_MODEL } from '../../model-version.ts';

/** A model, and what an external server may call it: the first of the names that it has is the one. */
export interface ModelNames {
  readonly name: string;
  readonly serverNames: readonly string[];
}

/**
 * What the models of an API are called on a server that somebody else has started. A single model has no name: there it is `_cortex_default` or called as
 * the last folder of `models.path`. The models of `models.dir` are not listed by a server: see `otherNamesOf`.
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

/**
 * Tells the names of the models of `models.dir`, as far as they are known: those of the folders in a local one, which need not be there. Others are looked for when a
 * predictor first names them. null for other sources.
 */
export function otherNamesOf(source: ModelSource, projectRoot: string): (() => Promise<readonly string[]>) | null {
  if (source.kind !== 'dir') return null;
  const { dir } = source;
  if (!isLocal(dir)) return () => Promise.resolve([]);
  return async () => {
    const entries = await readdir(join(projectRoot, dir), { withFileTypes: true }).catch(() => []);
    const folders = entries.filter((entry) => entry.isDirectory() || entry.isSymbolicLink());
    return folders.map(({ name }) => name).filter((name) => !name.startsWith('.'));
  };
}
