/**
 * Hazard: a stream that Node makes for a child reads each piece into 64 KB of new memory, and V8 collects so much of it every few large bodies, at the
 * cost of what computes beside it. Remedy: a socket of our own, which reads into one buffer that stays. Precondition: whoever listens keeps nothing of a
 * piece (`FrameDecoder` does not).
 */
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fitsSocket } from '../processes/socket-path.ts';
import { makeTempFolder } from '../state/temp-folder.ts';

/** A read is over, and so is whoever listens, before the next one begins: all sockets read into the same memory. */
const arriving = Buffer.alloc(256 * 1024);

export interface UpSocket {
  /** Its `data` events hand out memory that the next one overwrites. */
  readonly near: Socket;
  /** For the child; to be destroyed when the child has its own copy. */
  readonly far: Socket;
}

/** Two stream sockets, connected to each other. Rejects with `PONS_ERR_STATE_TEMP_UNWRITABLE`, or with an `Error` that says why there are none. */
export async function openUpSocket(): Promise<UpSocket> {
  // Into this folder comes nobody else.
  const dir = await makeTempFolder('pons-');
  const server = createServer({ pauseOnConnect: true });
  try {
    const path = join(dir, 'up');
    if (!fitsSocket(path)) {
      throw new Error(`the path of the folder for temporary files (TMPDIR) is too long for a socket: ${tmpdir()}`);
    }
    await once(server.listen(path), 'listening');
    const accepted = once(server, 'connection') as Promise<[Socket]>;
    const near = connectTo(path);
    const [[far]] = await Promise.all([accepted, once(near, 'connect')]);
    return { near, far };
  } finally {
    server.close();
    await rm(dir, { recursive: true, force: true });
  }
}

function connectTo(path: string): Socket {
  const socket: Socket = connect({
    path,
    onread: {
      buffer: arriving,
      callback: (bytes) => socket.emit('data', arriving.subarray(0, bytes)),
    },
  });
  return socket;
}
