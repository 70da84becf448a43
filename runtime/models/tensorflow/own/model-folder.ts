import { mkdir, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';

/** The highest version that TensorFlow Serving can name. */
const MAX_VERSION = 2n ** 63n - 1n;

/**
 * Makes a base path as TensorFlow Serving wants it, a folder with a numbered one in it, around a SavedModel that lies anywhere.
 * @param folder absolute; must not exist
 * @param path the absolute path of the SavedModel's folder
 */
export async function makeBasePath(folder: string, version: string, path: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await symlink(path, join(folder, version));
}

export async function removeBasePath(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
}

/** The number that the server has for a version; 1 for one that it has none for. Each load is a model of its own there, so no two meet. */
export function servedVersionOf(version: string): string {
  const number = BigInt(version);
  return number > MAX_VERSION ? '1' : number.toString();
}
