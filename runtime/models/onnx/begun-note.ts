import { randomUUID } from 'node:crypto';
import { closeSync, openSync, readSync, unlinkSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A call among all that one model process is asked for. */
export interface CallName {
  /** The process id of the predictor process that asks; `PONS` for those that come by way of Pons. */
  readonly caller: number;
  /** Of its request, from 1. */
  readonly id: number;
}

/** The `caller` of what is asked for on the socket of whoever started the process. */
export const PONS = 0;

const BYTES = 16;

/**
 * Which call a model process has begun last, for whoever started it and finds it ended: that call may have ended it, and those that waited have not been begun. In a file
 * without a name, which needs no clearing up: told on a socket it would wake that process at each call.
 */
export class BegunNote {
  readonly fd: number;
  /** As in the file. */
  readonly #words = new Float64Array(2);

  constructor(fd: number) {
    this.fd = fd;
  }

  /** A new one, to be handed to a process by its `fd`; null where the system has none to give: then nothing is known. */
  static open(): BegunNote | null {
    const path = join(tmpdir(), `pons-begun-${randomUUID()}`);
    try {
      const fd = openSync(path, 'wx+', 0o600);
      unlinkSync(path);
      return new BegunNote(fd);
    } catch {
      return null;
    }
  }

  /** To be called before the call can do anything. */
  begin({ caller, id }: CallName): void {
    this.#words[0] = caller;
    this.#words[1] = id;
    try {
      writeSync(this.fd, this.#words, 0, BYTES, 0);
    } catch {
      // A full disk: what was noted before is all that is known then, and no reason to refuse the call.
    }
  }

  /** Closes the file of a process that has ended. Returns whether this is the call that it has begun last. */
  close(): (call: CallName) => boolean {
    readSync(this.fd, this.#words, 0, BYTES, 0);
    closeSync(this.fd);
    const [caller, id] = this.#words;
    return (call) => call.caller === caller && call.id === id;
  }
}
