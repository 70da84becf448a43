import { constants } from 'node:fs';
import { copyFile, open, rm, writeFile } from 'node:fs/promises';
import { isErrno } from './errno.ts';

/*
 * Hazard: of a file that becomes shorter while Node's `copyFile` copies it, libuv asks for the missing bytes again and again, and never ends. Source: the loop of
 * `uv__fs_copyfile` in its unix/fs.c. Remedy: `copyFile` where it shares disk blocks, which is done at once; else the file is read to the end that it has.
 */

const CHUNK_BYTES = 1024 * 1024;
/** Which say that the file system shares no blocks. Source: ioctl_ficlonerange(2), ioctl(2) */
const UNSHARED = ['EINVAL', 'ENOSYS', 'ENOTSUP', 'ENOTTY', 'EOPNOTSUPP', 'EXDEV'] as const;

/** Until that was refused once: to try costs as much as to copy a small file. */
let mayShareBlocks = true;

/** Copies the content of a file that may change meanwhile; the mode is that of any new file. Rejects with the system's error, and leaves nothing then. */
export async function copyChanging(source: string, target: string): Promise<void> {
  if (mayShareBlocks) {
    try {
      await copyFile(source, target, constants.COPYFILE_FICLONE_FORCE);
      return;
    } catch (error) {
      // What keeps the file itself from being copied is told by reading and writing it.
      mayShareBlocks = !isErrno(error, ...UNSHARED);
    }
  }
  await copyBytes(source, target);
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
