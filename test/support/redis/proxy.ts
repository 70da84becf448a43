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
  /** From now on each piece takes so long, one way. */
  delay(ms: number): void;
  close(): Promise<void>;
}

/** How long the way is, and how wide; each way. */
export interface Way {
  /** For each piece. */
  readonly delayMs?: number;
  /** For all connections together. */
  readonly bytesPerSecond?: number;
}

interface Pair {
  readonly client: Socket;
  readonly upstream: Socket;
  isSwallowed: boolean;
}

/** Takes connections for the server on port `target`. */
export async function startProxy(
  target: number,
  { delayMs = 0, bytesPerSecond = Infinity }: Way = {},
): Promise<RedisProxy> {
  const pairs = new Set<Pair>();
  let [isCut, isMuted, taken, takesMs] = [false, false, 0, delayMs];
  const lanes = [new Lane(bytesPerSecond), new Lane(bytesPerSecond)] as const;
  const server = createServer((client) => {
    taken += 1;
    client.on('error', () => client.destroy());
    if (isCut) {
      client.destroy();
      return;
    }
    const pair = { client, upstream: connect(target, '127.0.0.1'), isSwallowed: isMuted };
    pairs.add(pair);
    pass(client, pair.upstream, pair, (bytes) => lanes[0].busyMs(bytes) + takesMs);
    pass(pair.upstream, client, pair, (bytes) => lanes[1].busyMs(bytes) + takesMs);
    client.once('close', () => pairs.delete(pair));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const destroyAll = (): void => {
    for (const { client, upstream } of pairs) for (const socket of [client, upstream]) socket.destroy();
  };
  const swallow = (): void => {
    for (const pair of pairs) pair.isSwallowed = true;
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

/** One way for all pairs, which so many bytes a second get through. */
class Lane {
  readonly #bytesPerSecond: number;
  #freeAt = 0;

  constructor(bytesPerSecond: number) {
    this.#bytesPerSecond = bytesPerSecond;
  }

  /** How long it takes until these bytes are through, behind all that came before. */
  busyMs(bytes: number): number {
    const now = performance.now();
    this.#freeAt = Math.max(now, this.#freeAt) + (bytes / this.#bytesPerSecond) * 1000;
    return this.#freeAt - now;
  }
}

/** Passes on what comes, each piece after its time and none before an earlier one. */
function pass(from: Socket, to: Socket, pair: Pair, takesMs: (bytes: number) => number): void {
  const underWay: Buffer[] = [];
  const write = (piece: Buffer): void => {
    if (pair.isSwallowed || to.destroyed || to.write(piece)) return;
    from.pause();
    to.once('drain', () => from.resume());
  };
  from.on('data', (piece: Buffer) => {
    const ms = takesMs(piece.byteLength);
    if (ms === 0 && underWay.length === 0) {
      write(piece);
      return;
    }
    underWay.push(piece);
    // Whichever of these comes first, the oldest piece is passed on: timers of different lengths may overtake each other.
    setTimeout(() => {
      write(underWay.shift() ?? Buffer.alloc(0));
    }, ms);
  });
  from.on('error', () => to.destroy());
  from.on('close', () => to.destroy());
}
