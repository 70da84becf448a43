import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { KnownError } from '../../errors/known-error.ts';
import { reasonOf } from '../../project/errno.ts';
import { readEarlier } from './earlier.ts';
import type { ExportKind } from './kind.ts';
import { writeExport, type ExportedFile } from './write.ts';

export interface Replaced {
  /** The files of the export before, as they were. */
  readonly earlier: readonly ExportedFile[];
  /** The names of those that are no more. */
  readonly removed: readonly string[];
  /** Sentences about what was there and is not known to be of the export before. */
  readonly notices: readonly string[];
}

/** Writes the files as `writeExport` does, and removes those of an earlier export, of the kind and of the project with the label, that are none of it any more. */
export async function replaceExport(
  folder: string,
  kind: ExportKind,
  label: string,
  files: readonly ExportedFile[],
): Promise<Replaced> {
  const { files: earlier, notices } = await readEarlier(folder, kind, label);
  await writeExport(folder, files);
  const removed = earlier.map(({ path }) => path).filter((path) => !files.some((file) => file.path === path));
  for (const path of removed) await remove(join(folder, path));
  return { earlier, removed, notices };
}

async function remove(path: string): Promise<void> {
  try {
    await rm(path, { force: true });
  } catch (error) {
    throw KnownError.of('PONS_ERR_EXPORT_UNWRITABLE', { path, reason: reasonOf(error) }, error);
  }
}
