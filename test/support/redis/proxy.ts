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
  /** From now on each piece takes so long, one way. */
  delay(ms: number): void;
  close(): Promise<void>;
}

interface Pair {
  readonly client: Socket;
  readonly upstream: Socket;
  isSwallowed: boolean;
}

/** @param delayMs how long each piece takes, one way */
export async function startProxy(target: number, delayMs = 0): Promise<RedisProxy> {
  const pairs = new Set<Pair>();
  let isCut = false;
  let takesMs = delayMs;
  const server = createServer((client) => {
    if (isCut) {
      client.destroy();
      return;
    }
    const pair = { client, upstream: connect(target, '127.0.0.1'), isSwallowed: false };
    pairs.add(pair);
    pass(client, pair.upstream, pair, () => takesMs);
    pass(pair.upstream, client, pair, () => takesMs);
    client.once('close', () => pairs.delete(pair));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const destroyAll = (): void => {
    for (const { client, upstream } of pairs) for (const socket of [client, upstream]) socket.destroy();
  };
  return {
    port: address !== null && typeof address === 'object' ? address.port : 0,
    swallow: () => {
      for (const pair of pairs) pair.isSwallowed = true;
    },
    cut: () => {
      isCut = true;
      destroyAll();
    },
    heal: () => {
      isCut = false;
    },
    delay: (ms) => {
      takesMs = ms;
    },
    close: async () => {
      server.close();
      destroyAll();
      await once(server, 'close');
    },
  };
}

/** Passes on what comes, each piece after its time and none before an earlier one. */
function pass(from: Socket, to: Socket, pair: Pair, takesMs: () => number): void {
  const underWay: Buffer[] = [];
  const write = (piece: Buffer): void => {
    if (pair.isSwallowed || to.destroyed || to.write(piece)) return;
    from.pause();
    to.once('drain', () => from.resume());
  };
  from.on('data', (piece: Buffer) => {
    if (takesMs() === 0 && underWay.length === 0) {
      write(piece);
      return;
    }
    underWay.push(piece);
    // Whichever of these comes first, the oldest piece is passed on: timers of different lengths may overtake each other.
    setTimeout(() => {
      write(underWay.shift() ?? Buffer.alloc(0));
    }, takesMs());
  });
  from.on('error', () => to.destroy());
  from.on('close', () => to.destroy());
}
