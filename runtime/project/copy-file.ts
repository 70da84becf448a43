import { constants } from 'node:fs';
import { copyFile, open, rm, writeFile } from 'node:fs/promises';

/*
 * Hazard: of a file that becomes shorter while Node's `copyFile` copies it, libuv asks for the missing bytes again and again, and never ends. Source: the loop of
 * `uv__fs_copyfile` in its unix/fs.c. Remedy: `copyFile` where it shares disk blocks, which is done at once; else the file is read to the end that it has.
 */

const CHUNK_BYTES = 1024 * 1024;

/** Copies the content of a file that may change meanwhile; the mode is that of any new file. Rejects with the system's error, and leaves nothing then. */
export async function copyChanging(source: string, target: string): Promise<void> {
  // Whatever keeps the blocks from being shared: what keeps the file from being copied is told by reading and writing it.
  await copyFile(source, target, constants.COPYFILE_FICLONE_FORCE).catch(() => copyBytes(source, target));
}

async function copyBytes(source: string, target: string): Promise<void> {
  const file = await open(source);
  try {
    const { size } = await file.stat();
    // No more than it had at the beginning: a log may grow faster than it is copied.
    const content =
      size === 0 ? '' : file.createReadStream({ end: size - 1, highWaterMark: CHUNK_BYTES, autoClose: false });
    await writeFile(target, content);
  } catch (error) {
    await rm(target, { force: true });
    throw error;
  } finally {
    await file.close();
  }
}
