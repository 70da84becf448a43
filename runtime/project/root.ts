import { open, readdir, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { KnownError } from '../errors/known-error.ts';
import { isErrno, reasonOf } from './errno.ts';

const DEFAULT_CONFIG_NAME = 'cortex.yaml';

/** Where a project lies; both paths are absolute. */
export interface ProjectLocation {
  readonly root: string;
  readonly configFile: string;
}

/**
 * Finds the project that `path` names: its folder or its configuration file.
 * Fails with `PONS_ERR_PROJECT_NOT_FOUND`, `_NO_CONFIG`, `_CONFIG_NOT_FILE`, `_PYTHON_FILE` or `_UNREADABLE`.
 */
export async function resolveProject(path: string): Promise<ProjectLocation> {
  const absolute = resolve(path);
  const found = await kindOf(absolute);
  if (found === null)
    throw KnownError.of('PONS_ERR_PROJECT_NOT_FOUND', { path: absolute, near: await nearOf(absolute) });
  if (found === 'file' && absolute.endsWith('.py'))
    throw KnownError.of('PONS_ERR_PROJECT_PYTHON_FILE', { path: absolute });
  const configFile = found === 'folder' ? join(absolute, DEFAULT_CONFIG_NAME) : absolute;
  if (found === 'folder') await assertHolds(absolute, configFile);
  if ((await kindOf(configFile)) !== 'file')
    throw KnownError.of('PONS_ERR_PROJECT_CONFIG_NOT_FILE', { path: configFile });
  await assertReadable(configFile);
  return { root: dirname(configFile), configFile };
}

async function kindOf(path: string): Promise<'folder' | 'file' | 'special' | null> {
  try {
    const stats = await stat(path);
    return stats.isDirectory() ? 'folder' : stats.isFile() ? 'file' : 'special';
  } catch (error) {
    if (isErrno(error, 'ENOENT', 'ENOTDIR')) return null;
    throw KnownError.of('PONS_ERR_PROJECT_UNREADABLE', { path, reason: reasonOf(error) }, error);
  }
}

async function assertHolds(folder: string, configFile: string): Promise<void> {
  const names = await readdir(folder).catch((error: unknown) => {
    throw KnownError.of('PONS_ERR_PROJECT_UNREADABLE', { path: folder, reason: reasonOf(error) }, error);
  });
  if (names.includes(basename(configFile))) return;
  const others = names.filter((name) => /\.ya?ml$/i.test(name)).sort();
  throw KnownError.of('PONS_ERR_PROJECT_NO_CONFIG', { folder, others });
}

async function assertReadable(path: string): Promise<void> {
  try {
    const handle = await open(path);
    await handle.close();
  } catch (error) {
    throw KnownError.of('PONS_ERR_PROJECT_UNREADABLE', { path, reason: reasonOf(error) }, error);
  }
}

/** A neighbour of the missing `path` whose name differs in case or ending only. */
async function nearOf(path: string): Promise<string | null> {
  const folder = dirname(path);
  const names = await readdir(folder).catch(() => []);
  const near = names.find((name) => bareName(name) === bareName(basename(path)));
  return near === undefined ? null : join(folder, near);
}

function bareName(name: string): string {
  return name.toLowerCase().replace(/\.ya?ml$/, '');
}
