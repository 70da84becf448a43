import { existsSync } from 'node:fs';
import { cp, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { KnownError } from '../errors/known-error.ts';

/** What the Dockerfiles of `images/` copy, and what leaves all else out. */
const CONTENT = ['.config/build.js', '.dockerignore', 'LICENSE', 'bridge', 'images', 'package.json', 'runtime'];
/** What npm leaves out of every package that it makes, and by what name its build has it. */
const LEFT_OUT = { '.npmrc': 'dist/npmrc', 'package-lock.json': 'dist/package-lock.json' };

/** Whether a folder of Pons is a build context as it is. */
export function isSource(root: string): boolean {
  return [...Object.keys(LEFT_OUT), 'images'].every((path) => existsSync(join(root, path)));
}

/**
 * The folder that the image of Pons's own is built from: the one of Pons itself, or, where npm has installed that, what is written below `scratch`.
 * Fails with `PONS_ERR_BUILD_BASE_UNUSABLE` for an installation that has only what serves.
 */
export async function baseContext(root: string, image: string, scratch: string): Promise<string> {
  if (isSource(root)) return root;
  const lacking = [...CONTENT, ...Object.values(LEFT_OUT)].filter((path) => !existsSync(join(root, path)));
  if (lacking.length > 0) {
    const reason = `it is missing here, and this installation of Pons has no ${lacking.join(', ')} to build it from`;
    throw KnownError.of('PONS_ERR_BUILD_BASE_UNUSABLE', { image, reason });
  }
  const folder = join(scratch, 'base');
  await mkdir(folder, { recursive: true });
  for (const path of CONTENT) await cp(join(root, path), join(folder, path), { recursive: true });
  for (const [path, source] of Object.entries(LEFT_OUT)) await cp(join(root, source), join(folder, path));
  return folder;
}
