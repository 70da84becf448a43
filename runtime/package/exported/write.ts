import { chmod, readFile, stat, writeFile } from 'node:fs/promises';
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

const READABLE_BY_ALL = 0o444;

/**
 * Writes the files, in place of those of an earlier export; whoever runs a container may read them. Fails with `PONS_ERR_EXPORT_FILE_FOREIGN`, before anything is written, where a
 * file of somebody else is in the way, and with `PONS_ERR_EXPORT_UNWRITABLE`.
 */
export async function writeExport(folder: string, files: readonly ExportedFile[]): Promise<void> {
  for (const { path } of files) await assertOurs(join(folder, path));
  for (const { path, text } of files) {
    const target = join(folder, path);
    try {
      makeFolder(resolve(dirname(target)));
      await writeFile(target, text);
      await letAllRead(target);
    } catch (error) {
      throw KnownError.of('PONS_ERR_EXPORT_UNWRITABLE', { path: target, reason: reasonOf(error) }, error);
    }
  }
}

/** Whatever the umask is: containers that a file is mounted in do not run as its owner, and no secret is in any. */
async function letAllRead(path: string): Promise<void> {
  const { mode } = await stat(path);
  if ((mode & READABLE_BY_ALL) !== READABLE_BY_ALL) await chmod(path, mode | READABLE_BY_ALL);
}

async function assertOurs(path: string): Promise<void> {
  const text = await readFile(path, 'utf8').catch(() => null);
  if (text !== null && !text.slice(0, 200).includes(EXPORT_MARK))
    throw KnownError.of('PONS_ERR_EXPORT_FILE_FOREIGN', { path });
}
