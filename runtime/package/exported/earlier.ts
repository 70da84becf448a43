import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { EXPORT_MARK } from '../../project/export-mark.ts';
import { documentsIn } from './documents.ts';
import type { ExportKind } from './kind.ts';
import type { ExportedFile } from './write.ts';

/** What an export before has left in a folder. */
export interface EarlierExport {
  /** Its files, as they are; none where it is not known to be of the same project. */
  readonly files: readonly ExportedFile[];
  /** Sentences about what of it is taken for nothing. */
  readonly notices: readonly string[];
}

/**
 * Reads the export of a kind that is in a folder, if it is one of the project with this label. Only what its own index names is part of it: whoever
 * derives a file of his own from one of an export, or exports two projects to one folder, has others that are called so and begin so.
 */
export async function readEarlier(folder: string, kind: ExportKind, label: string): Promise<EarlierExport> {
  const index = await fileAt(folder, kind.index);
  if (index === null) return { files: [], notices: [] };
  if (!isReadable(index)) return { files: [], notices: [`${unreadable(folder, index)}, nor is any other file of it`] };
  const files = [index];
  const notices: string[] = [];
  for (const path of namesIn(kind, index)) {
    const file = await fileAt(folder, path);
    if (file === null || !file.text.startsWith(`# ${EXPORT_MARK} ${kind.name}`)) continue;
    if (isReadable(file)) files.push(file);
    else notices.push(unreadable(folder, file));
  }
  if (kind.labelIn(files) === label) return { files, notices };
  return {
    files: [],
    notices: [...notices, `What was in ${folder} is not known to be an export of ${label}: nothing of it is removed`],
  };
}

function namesIn({ files, index, listedIn }: ExportKind, { text }: ExportedFile): string[] {
  const names = listedIn(text).filter((name) => typeof name === 'string');
  return [...new Set(names)].filter((name) => files.test(name) && name !== index).sort();
}

async function fileAt(folder: string, path: string): Promise<ExportedFile | null> {
  // What else is wrong with it, writing tells.
  const text = await readFile(join(folder, path), 'utf8').catch(() => null);
  return text === null ? null : { path, text };
}

function isReadable({ path, text }: ExportedFile): boolean {
  return !['.yaml', '.yml'].includes(extname(path)) || documentsIn(text) !== null;
}

function unreadable(folder: string, { path }: ExportedFile): string {
  return `${join(folder, path)} was no valid YAML: it is not looked at for what the export before had`;
}
