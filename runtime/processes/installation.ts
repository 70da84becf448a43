import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The absolute path of a file or folder of this installation of Pons, found upwards from this file: the source, or its build. */
export function installed(...names: readonly string[]): string {
  return find(dirname(fileURLToPath(import.meta.url)), join(...names));
}

function find(folder: string, path: string): string {
  const candidate = join(folder, path);
  if (existsSync(candidate)) return candidate;
  const parent = dirname(folder);
  if (parent === folder) throw new Error(`${path} is missing from this installation of pons`);
  return find(parent, path);
}
