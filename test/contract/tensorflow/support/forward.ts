import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** An address behind which servers can be exchanged. */
export interface Forwarding {
  readonly port: number;
  /** Cuts what is connected; new connections go to another port, or are cut at once for null. */
  forward(port: number | null): void;
  close(): void;
}

/** Listens on a port of its own and passes everything on to another one. */
export async function forwardTo(first: number): Promise<Forwarding> {
  let target: number | null = first;
  const open = new Set<Socket>();
  const cut = (): void => {
    for (const socket of open) socket.destroy();
  };
  const keep = (socket: Socket): void => {
    open.add(socket);
    socket.on('error', () => undefined).on('close', () => open.delete(socket));
  };
  const server = createServer((client) => {
    keep(client);
    if (target === null) {
      client.destroy();
      return;
    }
    const onward = connect(target, '127.0.0.1');
    keep(onward);
    client.pipe(onward).pipe(client);
    client.once('close', () => onward.destroy());
    onward.once('close', () => client.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    forward: (port) => {
      target = port;
      cut();
    },
    close: () => {
      server.close();
      cut();
    },
  };
}
