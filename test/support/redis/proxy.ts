import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** Stands between a client and a server on this machine. */
export interface RedisProxy {
  readonly port: number;
  /** From now on the connections that are open stay open, and nothing comes through; new ones work. */
  swallow(): void;
  /** Ends every connection and takes no new ones, until `heal`. */
  cut(): void;
  heal(): void;
  close(): Promise<void>;
}

/** @param delayMs how long each piece takes, one way */
export async function startProxy(target: number, delayMs = 0): Promise<RedisProxy> {
  const pairs = new Set<readonly [Socket, Socket]>();
  let isCut = false;
  const server = createServer((client) => {
    if (isCut) {
      client.destroy();
      return;
    }
    const upstream = connect(target, '127.0.0.1');
    pairs.add([client, upstream]);
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      if (delayMs === 0) from.pipe(to);
      else from.on('data', (piece) => setTimeout(() => to.write(piece), delayMs));
      from.on('error', () => to.destroy());
      from.on('close', () => to.destroy());
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const destroyAll = (): void => {
    for (const pair of pairs) for (const socket of pair) socket.destroy();
  };
  return {
    port: address !== null && typeof address === 'object' ? address.port : 0,
    swallow: () => {
      for (const [client, upstream] of pairs) {
        client.unpipe(upstream).resume();
        upstream.unpipe(client).resume();
      }
    },
    cut: () => {
      isCut = true;
      destroyAll();
    },
    heal: () => {
      isCut = false;
    },
    close: async () => {
      server.close();
      destroyAll();
      await once(server, 'close');
    },
  };
}
