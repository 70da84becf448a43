/**
 * Hazard: what a server accepts reads each piece into 64 KB of new memory, and V8 collects so much of it every few large bodies, at the cost of what
 * computes beside it. Remedy: a socket of our own around the same handle, which reads into one buffer that stays; Node has such an option (`onread`) for
 * sockets, but none for what a server accepts. Precondition: the server pauses what it accepts, and whoever listens keeps nothing of a piece.
 */
import { Socket, type SocketConstructorOpts } from 'node:net';

/** A read is over, and so is whoever listens, before the next one begins: all sockets of a thread read into the same memory. */
const arriving = Buffer.alloc(256 * 1024);

interface Handled {
  _handle: unknown;
}

/** The same connection; what is given is of no use afterwards. `data` events hand out memory that the next one overwrites. */
export function intoOneBuffer(accepted: Socket): Socket {
  const { _handle: handle } = accepted as unknown as Handled;
  (accepted as unknown as Handled)._handle = null;
  const socket: Socket = new Socket({
    handle,
    readable: true,
    writable: true,
    onread: {
      buffer: arriving,
      callback: (bytes: number) => socket.emit('data', arriving.subarray(0, bytes)),
    },
  } as SocketConstructorOpts);
  return socket;
}
