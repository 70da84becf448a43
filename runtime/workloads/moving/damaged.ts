import { KnownError } from '../../errors/known-error.ts';

/** What is wrong with a line of an export; the first is 1. */
export function damaged(path: string, line: number, problem: string): KnownError {
  return KnownError.of('PONS_ERR_MOVE_FILE_DAMAGED', { path, line, problem });
}
