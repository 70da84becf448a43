import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { KnownError } from '../../errors/known-error.ts';
import { isErrno, reasonOf } from '../../project/errno.ts';
import { MARK, writeExport, type ExportedFile } from './write.ts';

/** One of the things that a project can be exported to. */
export interface ExportKind {
  readonly name: 'compose' | 'kubernetes';
  /** What its files are called. */
  readonly files: RegExp;
}

export interface Replaced {
  /** The files of the export before, as they were. */
  readonly earlier: readonly ExportedFile[];
  /** The names of those that are no more. */
  readonly removed: readonly string[];
}

/** Writes the files as `writeExport` does, and removes those of an earlier export of the kind that are none of it any more. */
export async function replaceExport(
  folder: string,
  { name, files: named }: ExportKind,
  files: readonly ExportedFile[],
): Promise<Replaced> {
  const earlier: ExportedFile[] = [];
  for (const path of (await namesIn(folder)).filter((one) => named.test(one)).sort()) {
    const text = await readFile(join(folder, path), 'utf8').catch(() => '');
    if (text.startsWith(`# ${MARK} ${name}`)) earlier.push({ path, text });
  }
  await writeExport(folder, files);
  const removed = earlier.map(({ path }) => path).filter((path) => !files.some((file) => file.path === path));
  for (const path of removed) await remove(join(folder, path));
  return { earlier, removed };
}

async function namesIn(folder: string): Promise<string[]> {
  return await readdir(folder).catch((error: unknown) => {
    // What else is wrong with it, writing tells.
    if (isErrno(error, 'ENOENT', 'ENOTDIR')) return [];
    throw KnownError.of('PONS_ERR_EXPORT_UNWRITABLE', { path: folder, reason: reasonOf(error) }, error);
  });
}

async function remove(path: string): Promise<void> {
  try {
    await rm(path, { force: true });
  } catch (error) {
    throw KnownError.of('PONS_ERR_EXPORT_UNWRITABLE', { path, reason: reasonOf(error) }, error);
  }
}
