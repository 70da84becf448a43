import { randomUUID } from 'node:crypto';
import { closeSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/*
 * Hazard: a process that dies tells nobody which of its requests it had begun, and a workload must not be blamed for the death of a process that never
 * came to it. Remedy: the host notes what it begins in a file, which the system keeps when the host is gone. It has no name, so nothing is left of it.
 * Hazard: the host maps the file, and a process that writes to a mapped page for which a full disk has no room is killed. Remedy: where the system has
 * files in memory, it is one of those.
 */

/** The file system in memory of Linux. */
export const IN_MEMORY_DIR = '/dev/shm';

/** What the file begins with until a host has found it, and from then on. */
const OFFERED = Buffer.from('begun?\0\0');
const TAKEN = Buffer.from('begun!\0\0');
const ENTRY_BYTES = 8;

/** The requests that one host has begun. To be ended by `take`. */
export class BegunNotes {
  /** For the child's fd 5. */
  readonly fd: number;
  readonly #sizeBytes: number;
  #taken: ReadonlySet<number> | null | undefined;

  private constructor(fd: number, sizeBytes: number) {
    this.fd = fd;
    this.#sizeBytes = sizeBytes;
  }

  /** One entry for each thread, in a new file in the first of `dirs` that has room for it. Throws the system's error where the last has none. */
  static open([dir, ...others]: readonly [string, ...string[]], threads: number): BegunNotes {
    const entries = Buffer.concat([OFFERED, Buffer.alloc(ENTRY_BYTES * threads)]);
    try {
      return new BegunNotes(writeUnnamed(dir, entries), entries.length);
    } catch (error) {
      const [next, ...rest] = others;
      if (next === undefined) throw error;
      return BegunNotes.open([next, ...rest], threads);
    }
  }

  /**
   * The last request that each thread has begun, by its JSON-RPC id; null where the host notes nothing. To be called at the end of the process,
   * as often as one likes.
   */
  take(): ReadonlySet<number> | null {
    if (this.#taken === undefined) {
      this.#taken = this.#read();
      closeSync(this.fd);
    }
    return this.#taken;
  }

  #read(): ReadonlySet<number> | null {
    const entries = Buffer.alloc(this.#sizeBytes);
    readSync(this.fd, entries, 0, entries.length, 0);
    if (!entries.subarray(0, TAKEN.length).equals(TAKEN)) return null;
    const begun = new Set<number>();
    for (let at = TAKEN.length; at < entries.length; at += ENTRY_BYTES) begun.add(Number(entries.readBigUInt64BE(at)));
    return begun;
  }
}

/** The fd of a new file that holds these bytes and has no name. */
function writeUnnamed(dir: string, bytes: Buffer): number {
  const path = join(dir, `pons-begun-${randomUUID()}`);
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
