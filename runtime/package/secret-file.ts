import { chmod, copyFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';

/** A path that an engine takes as it is. */
const NAMEABLE = /^[^,"\n]+$/;

/** The first of the paths that is a file; null where none is. */
export async function firstFile(paths: readonly string[]): Promise<string | null> {
  for (const path of paths) {
    const stats = await stat(path).catch(() => null);
    if (stats?.isFile() === true) return path;
  }
  return null;
}

/** The absolute path by which an engine is told of a file: its own, or that of a copy which only this user reads, where an engine would misread its own. */
export async function nameableFile(source: string, copy: string): Promise<string> {
  const absolute = resolve(source);
  if (NAMEABLE.test(absolute)) return absolute;
  await copyFile(source, copy);
  await chmod(copy, 0o600);
  return copy;
}
