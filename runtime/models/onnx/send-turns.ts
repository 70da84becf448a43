import type { Socket } from 'node:net';

/**
 * Lets requests be sent one after the other, each when what was sent before it is on its way. Hazard: a process that runs a model reads nothing meanwhile; what is
 * written to it stays in memory, also when its caller has given it up. Remedy: what waits here can be withdrawn, and costs nothing then.
 */
export class SendTurns {
  readonly #socket: Socket;
  readonly #waiting = new Set<() => void>();

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('drain', this.#goOn.bind(this));
    socket.on('close', this.#goOn.bind(this));
  }

  /** Calls `send` at once where nothing is before it, else later, and also when the socket has ended. */
  add(send: () => void): void {
    this.#waiting.add(send);
    this.#goOn();
  }

  /** What has not been called is not called any more. */
  withdraw(send: () => void): void {
    this.#waiting.delete(send);
  }

  #goOn(): void {
    for (const send of this.#waiting) {
      if (this.#socket.writableNeedDrain && !this.#socket.destroyed) return;
      this.#waiting.delete(send);
      send();
    }
  }
}
