import type { Socket } from 'node:net';
import { codes } from '../../../bridge/node/codes.ts';
import type { Packet } from '../../../bridge/node/connection.ts';
import { errorObject, withRoom } from '../../../bridge/node/error-answers.ts';
import { FrameDecoder } from '../../../bridge/node/framing.ts';
import { letGo } from '../../../bridge/node/let-go.ts';
import {
  decodeMessage,
  encodeMessage,
  type ErrorMessage,
  methodNotFound,
  type RequestMessage,
  type ResultMessage,
} from '../../../bridge/node/messages.ts';
import { up } from '../../../bridge/node/methods.ts';
import type { ModelPredictResult, OnnxPredictParams } from '../../../bridge/node/tensors.ts';
import { onnxPredictParams } from '../params.ts';
import { AnswerWriter } from './answer-writer.ts';
import type { Caller, RunQueue } from './run-queue.ts';
import { untilWritten } from './until-written.ts';

/** Runs a model by the number that stands for it, for the request `id`; what it answers with is other memory than that of `body`. Throws `BridgeError`. */
export type RunByNumber = (params: OnnxPredictParams, body: Buffer, id: number) => Packet<ModelPredictResult>;

interface Call {
  readonly request: RequestMessage;
  readonly body: Buffer;
}

const EMPTY = Buffer.alloc(0);

/**
 * One predictor process on a lane, or whoever started this process on its own socket. Hazard: whatever runs here is cold, since a model has had the processor's
 * caches, and takes ten times as long as else: of `Connection`, which serves both directions by promises and signals, a call felt it. Remedy: what is needed here and
 * no more, by calls of functions alone.
 */
export class LaneCaller implements Caller {
  readonly #socket: Socket;
  readonly #queue: RunQueue;
  readonly #run: RunByNumber;
  readonly #writer: AnswerWriter;
  readonly #decoder = new FrameDecoder();
  #waiting: Call[] = [];

  /** @param socket belongs to it from now on */
  constructor(socket: Socket, queue: RunQueue, run: RunByNumber) {
    this.#socket = socket;
    this.#queue = queue;
    this.#run = run;
    this.#writer = new AnswerWriter(socket);
    socket.on('data', (chunk: Buffer) => {
      this.#read(chunk);
    });
    // What is to be done for it is in `end` and `runNext`.
    socket.on('error', () => undefined);
    socket.on('end', () => socket.destroy());
  }

  runNext(): boolean {
    // Not in `close`, which comes a turn later: a call that arrived together with the end of its connection would be run.
    if (this.#socket.destroyed) this.#waiting = [];
    const call = this.#waiting.shift();
    if (call !== undefined) this.#answer(call);
    return this.#waiting.length > 0;
  }

  written(): Promise<void> | null {
    return untilWritten(this.#socket);
  }

  #read(chunk: Buffer): void {
    try {
      for (const { header, body } of this.#decoder.push(chunk)) {
        const message = decodeMessage(header);
        if (message.kind === 'request') this.#waiting.push({ request: message, body });
        else if (message.kind === 'notification' && message.method === up.cancelRequest) this.#cancel(message.params);
      }
    } catch {
      // Nothing behind it can be understood.
      this.#socket.destroy();
    }
    if (this.#waiting.length > 0) this.#queue.add(this);
  }

  #cancel(params: unknown): void {
    const id = (params as { id?: unknown } | null)?.id;
    const index = this.#waiting.findIndex(({ request }) => request.id === id);
    const [call] = index === -1 ? [] : this.#waiting.splice(index, 1);
    if (call === undefined) return;
    const error = { code: codes.CANCELLED, message: 'the request was cancelled', data: null };
    this.#reply({ kind: 'error', id: call.request.id, error }, EMPTY);
  }

  #answer({ request: { id, method, params }, body }: Call): void {
    try {
      if (method !== up.onnxPredict) throw methodNotFound(method);
      const answer = this.#run(onnxPredictParams(params), body, id);
      this.#reply({ kind: 'result', id, result: answer.value }, answer.body);
    } catch (error) {
      this.#reply({ kind: 'error', id, error: errorObject(error, null) }, EMPTY);
    } finally {
      // Last: it takes its time, for which nobody is to wait.
      letGo(body);
    }
  }

  #reply(message: ResultMessage | ErrorMessage, body: Uint8Array): void {
    if (this.#socket.destroyed) return;
    try {
      this.#writer.write(encodeMessage(message), body);
    } catch (error) {
      this.#writer.write(encodeMessage({ kind: 'error', id: message.id, error: withRoom(message, error) }), EMPTY);
    }
  }
}
