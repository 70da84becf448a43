import { lstat, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { KnownError } from '../errors/known-error.ts';
import { CONTEXT_MARKER } from '../project/context-marker.ts';
import { isErrno } from '../project/errno.ts';
import { MOUNT_POINTS } from './dockerfile.ts';

/** All that the folder of a build context has in it. */
const WRITTEN = [CONTEXT_MARKER, MOUNT_POINTS, 'Dockerfile', 'environment', 'files', 'layer'];

/** Fails with `PONS_ERR_BUILD_FOLDER_FOREIGN` unless the folder is missing, empty, or a build context that Pons wrote and nobody added to. */
export async function assertReplaceable(folder: string): Promise<void> {
  if (!(await isThere(folder))) return;
  const names = await readdir(folder).catch(() => null);
  const isOurs = names?.includes(CONTEXT_MARKER) === true && names.every((name) => WRITTEN.includes(name));
  if (names?.length !== 0 && !isOurs) throw KnownError.of('PONS_ERR_BUILD_FOLDER_FOREIGN', { folder });
}

/** Fails as `lstat` does where that cannot be told. */
async function isThere(path: string): Promise<boolean> {
  return await lstat(path).then(
    () => true,
    (error: unknown) => {
      if (isErrno(error, 'ENOENT')) return false;
      throw error;
    },
  );
}

/** Empties a folder that `assertReplaceable` lets through. */
export async function removeWritten(folder: string): Promise<void> {
  for (const name of WRITTEN) await rm(join(folder, name), { recursive: true, force: true });
}
