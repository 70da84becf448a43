import { dirname } from 'node:path';
import { isKnownError, KnownError } from '../../../errors/known-error.ts';
import { errnoOf, reasonOf } from '../reason.ts';

/** What went wrong below the state folder, as an error of the table. */
export function storeProblem(error: unknown, path: string, neededBytes: number): KnownError {
  if (isKnownError(error)) return error;
  if (['ENOSPC', 'EDQUOT'].includes(errnoOf(error))) {
    return KnownError.of('PONS_ERR_MODELS_DISK_FULL', { folder: dirname(path), neededBytes, freeBytes: null }, error);
  }
  return KnownError.of('PONS_ERR_MODELS_NOT_STORED', { path, reason: reasonOf(error) }, error);
}
