import type { Server } from 'node:http';
import type { Socket } from 'node:net';

const known = new WeakMap<Server, Set<Socket>>();

/** The connections of a server that are open, from the first call on. */
export function connectionsOf(server: Server): ReadonlySet<Socket> {
  return known.get(server) ?? watch(server);
}

function watch(server: Server): Set<Socket> {
  const sockets = new Set<Socket>();
  known.set(server, sockets);
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  return sockets;
}
