import type { Readable, Writable } from 'node:stream';
import { closedError, errorObject, withRoom } from './error-answers.ts';
import { FrameWriter } from './frame-writer.ts';
import { FrameDecoder, type Frame } from './framing.ts';
import {
  BridgeError,
  decodeMessage,
  encodeCall,
  encodeMessage,
  encodeRequest,
  type ErrorMessage,
  type Message,
  type ResultMessage,
} from './messages.ts';
import { down } from './methods.ts';

/** What a request or its answer carries: the message's value and the raw bytes that belong to it. */
export interface Packet<T = unknown> {
  readonly value: T;
  readonly body: Buffer;
}

export interface ConnectionHandlers {
  /** A notification came up. Must not throw. */
  readonly notified: (method: string, packet: Packet) => void;
  /** A request came up; what it resolves to is the answer, whose body is the connection's then, what it rejects with (`BridgeError`) the error. */
  readonly requested: (method: string, packet: Packet, signal: AbortSignal) => Promise<Packet>;
  /** Called once, when no further message can come or go. `reason` is null for an orderly end between two frames. */
  readonly closed: (reason: string | null) => void;
}

interface Pending {
  readonly resolve: (packet: Packet) => void;
  readonly reject: (error: BridgeError) => void;
}

const EMPTY = Buffer.alloc(0);

/** One end of the bridge: pairs answers with requests in both directions. Owns both streams from construction on. */
export class Connection {
  readonly #down: Writable;
  readonly #up: Readable;
  readonly #handlers: ConnectionHandlers;
  readonly #writer: FrameWriter;
  readonly #decoder = new FrameDecoder();
  readonly #pending = new Map<number, Pending>();
  readonly #answering = new Map<number, AbortController>();
  #nextId = 1;
  #closed = false;

  constructor(streams: { readonly down: Writable; readonly up: Readable }, handlers: ConnectionHandlers) {
    this.#down = streams.down;
    this.#writer = new FrameWriter(streams.down);
    this.#up = streams.up;
    this.#handlers = handlers;
    this.#up.on('data', (chunk: Buffer) => {
      this.#read(chunk);
    });
    this.#up.on('end', () => {
      this.close(this.#decoder.atBoundary ? null : 'the stream ended in the middle of a frame');
    });
    this.#up.on('error', (error) => {
      this.close(error.message);
    });
    // EPIPE when the process is gone: its exit is told elsewhere, and pending requests end here.
    this.#down.on('error', (error) => {
      this.close(error.message);
    });
  }

  /**
   * Asks the other end. Rejects with `BridgeError`: the other end's code, or `CONNECTION_CLOSED`.
   * @param sent called with the request's id once it is on its way; the id is what `cancel` takes
   */
  request(method: string, params: unknown, body: Uint8Array = EMPTY, sent?: (id: number) => void): Promise<Packet> {
    return this.call(encodeCall(method, params), body, sent);
  }

  /** As `request`, with what `encodeCall` gives. */
  call(encoded: string, body: Uint8Array = EMPTY, sent?: (id: number) => void): Promise<Packet> {
    return new Promise((resolve, reject) => {
      if (this.#closed) {
        reject(closedError(null));
        return;
      }
      const id = this.#nextId++;
      this.#writer.write(encodeRequest(id, encoded), body);
      // After that: while this is noted, the other end reads.
      this.#pending.set(id, { resolve, reject });
      sent?.(id);
    });
  }

  /** Whether it has ended: nothing that is asked from now on reaches the other end. */
  get isClosed(): boolean {
    return this.#closed;
  }

  notify(method: string, params: unknown, body: Uint8Array = EMPTY): void {
    if (!this.#closed) this.#write({ kind: 'notification', method, params }, body);
  }

  /** Asks the other end to give up the request `id`; the request itself still ends by its answer. */
  cancel(id: number): void {
    if (!this.#pending.has(id)) return;
    this.notify(down.cancelRequest, { id });
    // Whoever cancels may send a signal at once, whose handler has to find the message.
    this.#writer.flush();
  }

  /** Ends the connection; every pending request rejects with `CONNECTION_CLOSED`. Later calls do nothing. */
  close(reason: string | null): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#down.destroy();
    this.#up.destroy();
    for (const controller of this.#answering.values()) controller.abort();
    this.#answering.clear();
    const pending = [...this.#pending.values()];
    this.#pending.clear();
    for (const { reject } of pending) reject(closedError(reason));
    this.#handlers.closed(reason);
  }

  #write(message: Message, body: Uint8Array, isGiven = false): void {
    this.#writer.write(encodeMessage(message), body, isGiven);
  }

  #read(chunk: Buffer): void {
    let frames: Frame[];
    try {
      frames = this.#decoder.push(chunk);
      for (const frame of frames) {
        // By what came before: there is nobody any more to answer.
        if (this.#closed) return;
        this.#dispatch(decodeMessage(frame.header), frame.body);
      }
    } catch (error) {
      this.close(error instanceof Error ? error.message : String(error));
    }
  }

  #dispatch(message: Message, body: Buffer): void {
    switch (message.kind) {
      case 'result':
        this.#take(message.id)?.resolve({ value: message.result, body });
        break;
      case 'error':
        if (message.id === null) this.close(message.error.message);
        else this.#take(message.id)?.reject(new BridgeError(message.error));
        break;
      case 'notification':
        if (message.method === down.cancelRequest) this.#cancelled(message.params);
        else this.#handlers.notified(message.method, { value: message.params, body });
        break;
      case 'request':
        void this.#answer(message.id, message.method, { value: message.params, body });
        break;
    }
  }

  /** What waits for the answer to this request; without it the connection is at its end. */
  #take(id: number): Pending | undefined {
    const pending = this.#pending.get(id);
    if (pending === undefined) this.close(`an answer to request ${id}, which is not pending`);
    else this.#pending.delete(id);
    return pending;
  }

  #cancelled(params: unknown): void {
    const id = (params as { id?: unknown } | null)?.id;
    if (typeof id === 'number') this.#answering.get(id)?.abort();
  }

  async #answer(id: number, method: string, packet: Packet): Promise<void> {
    const controller = new AbortController();
    this.#answering.set(id, controller);
    try {
      const answer = await this.#handlers.requested(method, packet, controller.signal);
      this.#reply({ kind: 'result', id, result: answer.value }, answer.body);
    } catch (error) {
      this.#reply({ kind: 'error', id, error: errorObject(error, controller.signal) }, EMPTY);
    } finally {
      this.#answering.delete(id);
    }
  }

  /** Never throws: who asked has to be told something, and nobody waits for this. */
  #reply(message: ResultMessage | ErrorMessage, body: Uint8Array): void {
    if (this.#closed) return;
    try {
      this.#write(message, body, true);
    } catch (error) {
      this.#write({ kind: 'error', id: message.id, error: withRoom(message, error) }, EMPTY);
    }
  }
}
