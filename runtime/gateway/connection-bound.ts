import type { Socket } from 'node:net';
import type { Readable } from 'node:stream';

const boundTo = new WeakMap<Socket, Set<Readable>>();

/**
 * Destroys `stream` at the latest when the connection closes. The answer cannot be relied upon for that: one that waits behind others of the
 * same connection is never told of its end, and one that was never begun does not end its source.
 */
export function bindToConnection(socket: Socket, stream: Readable): void {
  if (socket.destroyed) {
    stream.destroy();
    return;
  }
  const streams = boundTo.get(socket) ?? bind(socket);
  streams.add(stream);
  stream.once('close', () => streams.delete(stream));
}

function bind(socket: Socket): Set<Readable> {
  const streams = new Set<Readable>();
  boundTo.set(socket, streams);
  socket.once('close', () => {
    for (const stream of streams) stream.destroy();
  });
  return streams;
}
