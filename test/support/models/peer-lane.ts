import { createServer, type Server, type Socket } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import { Connection } from '../../../bridge/node/connection.ts';
import { up } from '../../../bridge/node/methods.ts';
import { makeTempDir } from '../temp-dir.ts';
import type { ModelPeer } from './peer.ts';

/** Stands for the lane of a model process: answers `onnx/predict` of a peer's models on a socket of its own. */
export class PeerLane {
  readonly path = join(makeTempDir(), 'lane');
  /** How many predicts came here. */
  asked = 0;
  /** How many connections there were, also those that have ended. */
  accepted = 0;
  readonly #peer: ModelPeer;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(peer: ModelPeer) {
    this.#peer = peer;
    this.#server = createServer((socket) => {
      this.#serve(socket);
    });
  }

  /** Opens one, which the peer's descriptions name from then on. */
  static async open(peer: ModelPeer): Promise<PeerLane> {
    const lane = new PeerLane(peer);
    await once(lane.#server.listen(lane.path), 'listening');
    peer.lane = lane.path;
    return lane;
  }

  get connections(): number {
    return this.#sockets.size;
  }

  /** Resolves when so many are connected. */
  async untilConnected(count: number): Promise<void> {
    while (this.#sockets.size !== count) await once(this.#server, 'changed');
  }

  /** Reads nothing, as while a model runs, until it is called again with false. */
  stall(isStalled: boolean): void {
    for (const socket of this.#sockets) {
      if (isStalled) socket.pause();
      else socket.resume();
    }
  }

  /** Ends as a thread does that dies. */
  end(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  #serve(socket: Socket): void {
    this.accepted += 1;
    this.#sockets.add(socket);
    this.#server.emit('changed');
    socket.on('close', () => {
      this.#sockets.delete(socket);
      this.#server.emit('changed');
    });
    new Connection(
      { down: socket, up: socket },
      {
        notified: () => undefined,
        requested: (method, packet, signal) => {
          if (method === up.onnxPredict) this.asked += 1;
          return this.#peer.requested(method, packet, signal);
        },
        closed: () => undefined,
      },
    );
  }
}
