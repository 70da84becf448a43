import { tmpdir } from 'node:os';
import { KnownError } from '../errors/known-error.ts';
import { isErrno, reasonOf } from '../project/errno.ts';

/** What `act` gives. What the file system refuses below `folder`, where the user has things written, is a `PONS_ERR_BUILD_FOLDER_UNWRITABLE`. */
export async function writingTo<T>(folder: string, act: () => Promise<T>): Promise<T> {
  return await act().catch((error: unknown) => {
    if (!isOfSystem(error)) throw error;
    const path = (error as { dest?: string }).dest ?? error.path ?? folder;
    throw KnownError.of('PONS_ERR_BUILD_FOLDER_UNWRITABLE', { path, reason: reasonOf(error) }, error);
  });
}

/** What `act` gives. What it cannot write to the folder of a build is a `PONS_ERR_STATE_TEMP_UNWRITABLE`: the user knows only that above it. */
export async function writingScratch<T>(scratch: string, act: () => Promise<T>): Promise<T> {
  return await act().catch((error: unknown) => {
    const isOfCopy = error instanceof KnownError && COPYING.includes(error.code);
    const cause = isOfCopy ? error.cause : error;
    const isHere = isOfCopy || JSON.stringify(cause ?? null).includes(scratch);
    if (!isHere || !isOfSystem(cause)) throw error;
    throw KnownError.of('PONS_ERR_STATE_TEMP_UNWRITABLE', { path: tmpdir(), reason: reasonOf(cause) }, error);
  });
}

/** Their sentences are about a state folder, which a build has none of. */
const COPYING: readonly string[] = ['PONS_ERR_PROJECT_DISK_FULL', 'PONS_ERR_PROJECT_NOT_STAGED'];

function isOfSystem(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error && isErrno(error, String((error as NodeJS.ErrnoException).code));
}
