import { open } from 'node:fs/promises';
import { extname } from 'node:path';

/** What every file of `pons export` begins with, behind the sign of a comment: it may be written anew, and is no part of any project. */
export const EXPORT_MARK = 'Written by pons export';

const BEGINNING = `# ${EXPORT_MARK} `;
/** The names of its files end so. */
const EXTENSIONS = ['.yml', '.yaml', '.config'];

/** Whether `pons export` has written this file, which may be in any project. */
export async function isExported(file: string): Promise<boolean> {
  if (!EXTENSIONS.includes(extname(file))) return false;
  const handle = await open(file).catch(() => null);
  if (handle === null) return false;
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(BEGINNING.length));
    return buffer.toString('latin1', 0, bytesRead) === BEGINNING;
  } finally {
    await handle.close();
  }
}
