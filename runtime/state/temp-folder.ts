import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KnownError } from '../errors/known-error.ts';
import { systemReasonOf, type SystemError } from './system-reason.ts';

/**
 * Makes a folder that nobody else may enter below the one for temporary files; whoever asked removes it. `prefix` is how its name begins.
 * Rejects with `PONS_ERR_STATE_TEMP_UNWRITABLE`.
 */
export async function makeTempFolder(prefix: string): Promise<string> {
  try {
    return await mkdtemp(join(tmpdir(), prefix));
  } catch (error) {
    throw tempUnwritable(error);
  }
}

/** What to tell where nothing can be written below the folder for temporary files. */
export function tempUnwritable(error: unknown): KnownError {
  const facts = { path: tmpdir(), reason: reasonOf(error as SystemError) };
  return KnownError.of('PONS_ERR_STATE_TEMP_UNWRITABLE', facts, error);
}

/** Rejects with `PONS_ERR_STATE_TEMP_UNWRITABLE` where `makeTempFolder` would. */
export async function assertTempFolder(): Promise<void> {
  await rm(await makeTempFolder('pons-'), { recursive: true, force: true });
}

function reasonOf(error: SystemError): string {
  switch (error.code ?? '') {
    case 'ENOENT':
      return 'there is no such folder (ENOENT)';
    case 'ENOTDIR':
      return 'it is no folder (ENOTDIR)';
    case 'ENOSPC':
    case 'EDQUOT':
      return `its disk is full (${String(error.code)})`;
    default:
      return systemReasonOf(error);
  }
}
