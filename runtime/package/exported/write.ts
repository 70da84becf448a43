import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { KnownError } from '../../errors/known-error.ts';
import { reasonOf } from '../../project/errno.ts';
import { EXPORT_MARK } from '../../project/export-mark.ts';
import { makeFolder } from '../../state/make-folder.ts';

/** One file of an export. */
export interface ExportedFile {
  /** Relative to the folder of the export, with `/`. */
  readonly path: string;
  readonly text: string;
}

/** What every file that may be written anew begins with, behind the sign of a comment. */
export const MARK = EXPORT_MARK;

/**
 * Writes the files, in place of those of an earlier export. Fails with `PONS_ERR_EXPORT_FILE_FOREIGN`, before anything is written, where a
 * file of somebody else is in the way, and with `PONS_ERR_EXPORT_UNWRITABLE`.
 */
export async function writeExport(folder: string, files: readonly ExportedFile[]): Promise<void> {
  for (const { path } of files) await assertOurs(join(folder, path));
  for (const { path, text } of files) {
    const target = join(folder, path);
    try {
      makeFolder(resolve(dirname(target)));
      await writeFile(target, text);
    } catch (error) {
      throw KnownError.of('PONS_ERR_EXPORT_UNWRITABLE', { path: target, reason: reasonOf(error) }, error);
    }
  }
}

async function assertOurs(path: string): Promise<void> {
  const text = await readFile(path, 'utf8').catch(() => null);
  if (text !== null && !text.slice(0, 200).includes(MARK))
    throw KnownError.of('PONS_ERR_EXPORT_FILE_FOREIGN', { path });
}
