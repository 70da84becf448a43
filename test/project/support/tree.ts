import { lstatSync, mkdirSync, readdirSync, readlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { makeTempDir } from '../../support/temp-dir.ts';

/** Writes files, by path, into a new temporary folder. */
export function makeTree(files: Readonly<Record<string, string | Buffer>>): string {
  const root = makeTempDir();
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
  return root;
}

/** Every file below a folder, sorted; links are shown with their target and not followed. */
export function listTree(root: string, below = ''): string[] {
  return readdirSync(join(root, below))
    .flatMap((name) => {
      const path = join(below, name);
      const stats = lstatSync(join(root, path));
      if (stats.isDirectory()) return listTree(root, path);
      return stats.isSymbolicLink() ? `${path} -> ${readlinkSync(join(root, path))}` : path;
    })
    .sort();
}
