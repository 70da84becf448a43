import { randomUUID } from 'node:crypto';
import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/** The file system in memory of Linux. */
export const IN_MEMORY_DIR = '/dev/shm';

/**
 * The fd of a new file that holds these bytes and has no name: what a process notes there for another one, the system keeps when it is gone, and nothing is left of it.
 * Their room is taken at once. The file is in the first of `dirs` that has room for it. Throws the system's error where the last has none.
 */
export function openUnnamedFile([dir, ...others]: readonly [string, ...string[]], bytes: Uint8Array): number {
  try {
    return writeUnnamed(dir, bytes);
  } catch (error) {
    const [next, ...rest] = others;
    if (next === undefined) throw error;
    return openUnnamedFile([next, ...rest], bytes);
  }
}

function writeUnnamed(dir: string, bytes: Uint8Array): number {
  const path = join(dir, `pons-${randomUUID()}`);
  const fd = openSync(path, 'wx+', 0o600);
  try {
    rmSync(path);
    if (writeSync(fd, bytes, 0, bytes.length, 0) !== bytes.length) throw new Error(`there is no room in ${dir}`);
    return fd;
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}
