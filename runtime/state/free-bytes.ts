import { statfsSync } from 'node:fs';
import { dirname } from 'node:path';

/** Bytes that this user can still write to the disk that holds `path`, or will hold it; null where the file system does not tell. */
export function freeBytesAt(path: string): number | null {
  try {
    const { bavail, bsize } = statfsSync(path);
    return bavail * bsize;
  } catch {
    return path === dirname(path) ? null : freeBytesAt(dirname(path));
  }
}
