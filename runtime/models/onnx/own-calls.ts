import type { Socket } from 'node:net';
import { codes } from '../../../bridge/node/codes.ts';
import { Connection, type Packet } from '../../../bridge/node/connection.ts';
import { letGo } from '../../../bridge/node/let-go.ts';
import { BridgeError } from '../../../bridge/node/messages.ts';
import { up } from '../../../bridge/node/methods.ts';
import type { OnnxPredictParams } from '../../../bridge/node/tensors.ts';
import { PONS } from './begun-note.ts';
import { NotBegunError } from './process-ended.ts';
import { SendTurns } from './send-turns.ts';

/** What a session is called with, but for its bytes. */
export type OwnCall = Omit<OnnxPredictParams, 'caller'>;

/** What an own call needs to know of its process. */
export interface CalledProcess {
  /** The process can no longer be asked. */
  readonly closed: () => void;
  /** Resolves to why the request `id` was not answered, since the process has ended; null: it was not sent. */
  readonly endFor: (id: number | null) => Promise<Error>;
}

/** What Pons itself, for predictor processes that have no lane, asks a model process for, on the socket between the two. */
export class OwnCalls {
  readonly #connection: Connection;
  readonly #turns: SendTurns;
  readonly #process: CalledProcess;

  constructor(socket: Socket, process: CalledProcess) {
    this.#process = process;
    this.#turns = new SendTurns(socket);
    this.#connection = new Connection(
      { down: socket, up: socket },
      {
        notified: () => undefined,
        requested: () => Promise.reject(new Error('a model process asks nothing')),
        closed: process.closed,
      },
    );
  }

  /**
   * Has a session run; the body is no longer the caller's, but where this rejects with `NotBegunError`. Rejects also with `BridgeError`, with what `endFor` resolves
   * to, or with the reason of `signal`, at once.
   */
  async run(call: OwnCall, body: Buffer, signal: AbortSignal): Promise<Packet> {
    signal.throwIfAborted();
    return await new Promise((resolve, reject) => {
      let id: number | null = null;
      const answered = (answer: Packet): void => {
        letGo(body);
        resolve(answer);
      };
      const failed = async (error: unknown): Promise<void> => {
        const reason = isClosed(error) ? await this.#process.endFor(id) : (error as Error);
        if (!(reason instanceof NotBegunError)) letGo(body);
        reject(reason);
      };
      const send = (): void => {
        void this.#connection
          .request(up.onnxPredict, { ...call, caller: PONS }, body, (sent) => (id = sent))
          .then(answered, failed)
          .finally(() => {
            signal.removeEventListener('abort', cancel);
          });
      };
      const cancel = (): void => {
        this.#turns.withdraw(send);
        if (id !== null) this.#connection.cancel(id);
        reject(signal.reason as Error);
      };
      signal.addEventListener('abort', cancel, { once: true });
      this.#turns.add(send);
    });
  }

  close(): void {
    this.#connection.close(null);
  }
}

function isClosed(error: unknown): boolean {
  return error instanceof BridgeError && error.code === codes.CONNECTION_CLOSED;
}
