import type { Worker } from 'node:worker_threads';
import { CallError } from './call-error.ts';
import { cancelled } from './cancelled.ts';
import type { FromThread, Order, ToThread } from './exchange.ts';

/** The thread ended before it answered; its sessions are gone. */
export class ThreadEndedError extends Error {
  override readonly name = 'ThreadEndedError';
}

/** What an order is answered with. */
export type ThreadAnswer = Extract<FromThread, { readonly result: unknown }>;

interface Call {
  readonly message: ToThread;
  readonly resolve: (answer: ThreadAnswer) => void;
  readonly reject: (error: Error) => void;
  /** No longer to be told when the signal is aborted. */
  readonly unlisten: () => void;
}

/** One more than the thread works on, so that it need not wait for us; others wait here, where a cancelled one costs nothing. */
const MAX_SENT = 2;

/** One thread that holds sessions and runs them, one order at a time. It is started when it is first needed, and again after it ended. */
export class ModelThread {
  readonly #start: () => Worker;
  #worker: Worker | null = null;
  #closed = false;
  #deaths = 0;
  #nextCall = 1;
  #waiting: Call[] = [];
  readonly #sent = new Map<number, Call>();
  /** Orders that the thread has yet to answer, cancelled ones included. */
  #unanswered = 0;

  constructor(start: () => Worker) {
    this.#start = start;
  }

  /** How often it ended by itself; what was loaded before that is to be loaded again. */
  get deaths(): number {
    return this.#deaths;
  }

  /**
   * Gives an order; its body, if it has one, is no longer the caller's. Rejects with `CallError`, with `ThreadEndedError`, or at once with
   * `CANCELLED` when the signal is aborted: an order that is not under way by then is not carried out.
   */
  ask(session: number, order: Order, signal: AbortSignal | null): Promise<ThreadAnswer> {
    return new Promise((resolve, reject) => {
      if (this.#closed) {
        reject(new ThreadEndedError('it was stopped'));
        return;
      }
      if (signal?.aborted === true) {
        reject(cancelled());
        return;
      }
      const call = this.#nextCall++;
      const abort = (): void => {
        this.#cancel(call);
      };
      signal?.addEventListener('abort', abort, { once: true });
      const unlisten = (): void => signal?.removeEventListener('abort', abort);
      this.#waiting.push({ message: { call, session, order }, resolve, reject, unlisten });
      this.#send();
    });
  }

  /** Ends the thread; a run under way is waited for, as nothing can end that. Whatever is unanswered rejects with `ThreadEndedError`. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#worker?.terminate();
  }

  #send(): void {
    while (this.#unanswered < MAX_SENT) {
      const call = this.#waiting.shift();
      if (call === undefined) return;
      const { message } = call;
      this.#unanswered++;
      this.#sent.set(message.call, call);
      this.#worker ??= this.#started();
      this.#worker.postMessage(message, message.order.kind === 'run' ? [message.order.body] : []);
    }
  }

  #started(): Worker {
    const worker = this.#start();
    let reason = 'it ended without a word';
    worker.on('message', (message: FromThread) => {
      this.#receive(message);
    });
    worker.on('error', (error: unknown) => {
      reason = error instanceof Error ? error.message : String(error);
    });
    worker.on('exit', () => {
      this.#ended(this.#closed ? 'it was stopped' : reason);
    });
    return worker;
  }

  #receive(message: FromThread): void {
    const call = this.#sent.get(message.call);
    this.#sent.delete(message.call);
    this.#unanswered--;
    this.#send();
    if (call === undefined) return;
    call.unlisten();
    if ('code' in message) call.reject(new CallError(message.code, message.message));
    else call.resolve(message);
  }

  #ended(reason: string): void {
    const calls = [...this.#sent.values(), ...this.#waiting];
    this.#worker = null;
    this.#deaths++;
    this.#sent.clear();
    this.#waiting = [];
    this.#unanswered = 0;
    for (const call of calls) {
      call.unlisten();
      call.reject(new ThreadEndedError(reason));
    }
  }

  #cancel(number: number): void {
    const call = this.#sent.get(number) ?? this.#waiting.find(({ message }) => message.call === number);
    this.#sent.delete(number);
    this.#waiting = this.#waiting.filter(({ message }) => message.call !== number);
    call?.reject(cancelled());
  }
}
