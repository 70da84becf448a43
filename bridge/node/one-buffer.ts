/**
 * Hazard: a socket reads each piece into 64 KB of new memory, and V8 collects so much of it every few large bodies, at the cost of what computes beside it.
 * Remedy: one that reads into a buffer that stays. Precondition: whoever listens keeps nothing of a piece (`FrameDecoder` does not).
 */
import { Socket, type SocketConstructorOpts } from 'node:net';

/** A read is over, and so is whoever listens, before the next one begins: all sockets of a thread read into the same memory. */
const arriving = Buffer.alloc(256 * 1024);

/** A stream socket whose `data` events hand out memory that the next one overwrites; not connected yet where `options` say no other. */
export function intoOneBuffer(options: SocketConstructorOpts = {}): Socket {
  const socket: Socket = new Socket({
    ...options,
    onread: {
      buffer: arriving,
      callback: (bytes: number) => socket.emit('data', arriving.subarray(0, bytes)),
    },
  } as SocketConstructorOpts);
  return socket;
}
