import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** Stands between a client and a server on this machine. */
export interface RedisProxy {
  readonly port: number;
  /** How many connections it has taken so far. */
  readonly taken: number;
  /** From now on the connections that are open stay open, and nothing comes through; new ones work. */
  swallow(): void;
  /** As `swallow`, and new connections are taken and get no further either, until `heal`. */
  mute(): void;
  /** Ends every connection and takes no new ones, until `heal`. */
  cut(): void;
  heal(): void;
  close(): Promise<void>;
}

/** How long the way is, and how wide; each way. */
export interface Way {
  /** For each piece. */
  readonly delayMs?: number;
  /** For all connections together. */
  readonly bytesPerSecond?: number;
}

/** Takes connections for the server on port `target`. */
export async function startProxy(target: number, way: Way = {}): Promise<RedisProxy> {
  const pairs = new Set<readonly [Socket, Socket]>();
  let [isCut, isMuted, taken] = [false, false, 0];
  const carries = [carrier(way), carrier(way)] as const;
  const server = createServer((client) => {
    taken += 1;
    client.on('error', () => client.destroy());
    if (isCut) {
      client.destroy();
      return;
    }
    const upstream = connect(target, '127.0.0.1');
    pairs.add([client, upstream]);
    if (isMuted) {
      client.resume();
      return;
    }
    for (const [from, to, carry] of [
      [client, upstream, carries[0]],
      [upstream, client, carries[1]],
    ] as const) {
      carry(from, to);
      from.on('error', () => to.destroy());
      from.on('close', () => to.destroy());
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const destroyAll = (): void => {
    for (const pair of pairs) for (const socket of pair) socket.destroy();
  };
  const swallow = (): void => {
    for (const [client, upstream] of pairs) {
      client.unpipe(upstream).resume();
      upstream.unpipe(client).resume();
    }
  };
  return {
    port: address !== null && typeof address === 'object' ? address.port : 0,
    get taken() {
      return taken;
    },
    swallow,
    mute: () => {
      isMuted = true;
      swallow();
    },
    cut: () => {
      isCut = true;
      destroyAll();
    },
    heal: () => {
      isCut = false;
      isMuted = false;
    },
    close: async () => {
      server.close();
      destroyAll();
      await once(server, 'close');
    },
  };
}

/** Carries what one socket says to another, one way for all of its pairs. */
function carrier({ delayMs = 0, bytesPerSecond = Number.POSITIVE_INFINITY }: Way): (from: Socket, to: Socket) => void {
  if (delayMs === 0 && bytesPerSecond === Number.POSITIVE_INFINITY) return (from, to) => from.pipe(to);
  let freeAt = 0;
  return (from, to) => {
    const pieces: Uint8Array[] = [];
    from.on('data', (piece: Buffer) => {
      const now = performance.now();
      freeAt = Math.max(now, freeAt) + (piece.byteLength / bytesPerSecond) * 1000;
      pieces.push(piece);
      // Whichever timer comes first carries the first piece.
      setTimeout(() => to.write(pieces.shift() ?? ''), freeAt - now + delayMs);
    });
  };
}
