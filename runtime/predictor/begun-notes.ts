import { closeSync, readSync } from 'node:fs';
import { openUnnamedFile } from '../processes/unnamed-file.ts';

/*
 * Hazard: a process that dies tells nobody which of its requests it had begun, and a workload must not be blamed for the death of a process that never
 * came to it. Remedy: the host notes what it begins in a file, which the system keeps when the host is gone. It has no name, so nothing is left of it.
 * Hazard: the host maps the file, and a process that writes to a mapped page for which a full disk has no room is killed. Remedy: where the system has
 * files in memory, it is one of those.
 */

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
  static open(dirs: readonly [string, ...string[]], threads: number): BegunNotes {
    const entries = Buffer.concat([OFFERED, Buffer.alloc(ENTRY_BYTES * threads)]);
    return new BegunNotes(openUnnamedFile(dirs, entries), entries.length);
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
