import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Writes a file, and the folders that it is in. */
export function put(root: string, path: string, content: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), content);
}

/** The files of a SavedModel, by path. */
export function savedModel(folder: string): Record<string, string> {
  return {
    [`${folder}/saved_model.pb`]: 'graph',
    [`${folder}/variables/variables.index`]: 'index',
    [`${folder}/variables/variables.data-00000-of-00001`]: 'weights',
  };
}
