import { writevSync } from 'node:fs';
import type { Socket } from 'node:net';
import { availableParallelism } from 'node:os';
import { encodeFrame } from '../../../bridge/node/framing.ts';
import { letGo } from '../../../bridge/node/let-go.ts';

/**
 * How often there may be no room for an answer before the rest is left to the event loop. Each try takes some microseconds, and a reader that reads takes a few of them, where
 * it has a processor. Asked once: it is read from files.
 */
const MAX_TRIES = availableParallelism() > 1 ? 16 : 1;
const NOTHING = Buffer.alloc(0);

interface Handled {
  readonly _handle?: { readonly fd?: unknown } | null;
}

/**
 * Writes answers on a socket. Hazard: a model has had the processor's caches, and what Node's streams do for one write takes ten times as long after it as else; and
 * a large answer has room in pieces only, each of which would take a turn of the event loop. Remedy: the system is asked directly, and the stream takes what it
 * leaves. Node shows the fd in no public way; where it has none, all goes through the stream.
 */
export class AnswerWriter {
  readonly #socket: Socket;

  constructor(socket: Socket) {
    this.#socket = socket;
  }

  /** Throws `FramingError` where a length is not allowed; then nothing is written. Nobody else needs the memory of `body`. */
  write(header: string, body: Uint8Array): void {
    const parts = this.#unsent(encodeFrame(header, body));
    if (parts.length === 0) {
      letGo(body);
      return;
    }
    this.#socket.cork();
    for (const part of parts) this.#socket.write(part);
    this.#socket.write(NOTHING, (error) => {
      if (error === null || error === undefined) letGo(body);
    });
    this.#socket.uncork();
  }

  /** Sends what there is room for, and returns the rest. */
  #unsent(parts: readonly Uint8Array[]): Uint8Array[] {
    const fd = (this.#socket as unknown as Handled)._handle?.fd;
    let unsent = [...parts];
    // Behind what waits in the stream.
    if (typeof fd !== 'number' || fd < 0 || this.#socket.writableLength > 0) return unsent;
    let tries = MAX_TRIES;
    while (unsent.length > 0 && tries > 0) {
      const sent = sentOf(fd, unsent);
      if (sent > 0) unsent = behind(unsent, sent);
      else tries -= 1;
    }
    return unsent;
  }
}

/** How many bytes there was room for. What else keeps them from being sent the stream finds, too. */
function sentOf(fd: number, parts: readonly Uint8Array[]): number {
  try {
    return writevSync(fd, parts);
  } catch {
    return 0;
  }
}

function behind(parts: readonly Uint8Array[], sent: number): Uint8Array[] {
  let left = sent;
  const rest: Uint8Array[] = [];
  for (const part of parts) {
    if (left < part.length) rest.push(left === 0 ? part : part.subarray(left));
    left = Math.max(0, left - part.length);
  }
  return rest;
}
