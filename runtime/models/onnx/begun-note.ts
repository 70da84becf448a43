import { closeSync, readSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { IN_MEMORY_DIR, openUnnamedFile } from '../../processes/unnamed-file.ts';

/** A call among all that one model process is asked for. */
export interface CallName {
  /** The process id of the predictor process that asks; `PONS` for those that come by way of Pons. */
  readonly caller: number;
  /** Of its request, from 1. */
  readonly id: number;
}

/** Whether a process that has ended may have begun this call, and not answered it. */
export type BegunCheck = (call: CallName) => boolean;

/** The `caller` of what is asked for on the socket of whoever started the process. */
export const PONS = 0;

const NONE: CallName = { caller: PONS, id: 0 };
/** What is there until the process has found the file. */
const UNTOUCHED: CallName = { caller: -1, id: -1 };

/**
 * Which call a model process has begun last, for whoever started it and finds it ended: that call may have ended it, and those that waited have not been begun. In a file
 * that both have open: told on a socket it would wake that process at each call.
 */
export class BegunNote {
  readonly fd: number;
  /** As in the file. */
  readonly #words = new Float64Array(2);
  readonly #bytes = new Uint8Array(this.#words.buffer);

  private constructor(fd: number) {
    this.fd = fd;
  }

  /** A new one, to be handed to a process by its `fd`; null where the system has none to give: then nothing is known. */
  static open(dirs: readonly [string, ...string[]] = [IN_MEMORY_DIR, tmpdir()]): BegunNote | null {
    try {
      return new BegunNote(
        openUnnamedFile(dirs, new Uint8Array(Float64Array.of(UNTOUCHED.caller, UNTOUCHED.id).buffer)),
      );
    } catch {
      return null;
    }
  }

  /** The one that this process was handed. */
  static take(fd: number): BegunNote {
    const note = new BegunNote(fd);
    note.begin(NONE);
    return note;
  }

  /** To be called before the call can do anything. */
  begin({ caller, id }: CallName): void {
    this.#words[0] = caller;
    this.#words[1] = id;
    try {
      writeSync(this.fd, this.#bytes, 0, this.#bytes.length, 0);
    } catch {
      // No reason to refuse the call: if it ends the process, it is made again, some times at most.
    }
  }

  /** Closes the file of a process that has ended. */
  close(): BegunCheck {
    const isKnown = this.#read();
    closeSync(this.fd);
    const [caller = UNTOUCHED.caller, id] = this.#words;
    if (!isKnown || caller === UNTOUCHED.caller) return () => true;
    return (call) => call.caller === caller && call.id === id;
  }

  #read(): boolean {
    try {
      return readSync(this.fd, this.#bytes, 0, this.#bytes.length, 0) === this.#bytes.length;
    } catch {
      return false;
    }
  }
}
