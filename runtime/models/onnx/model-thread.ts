import { setTimeout as pause } from 'node:timers/promises';
import type { Worker } from 'node:worker_threads';
import { CallError } from './call-error.ts';
import type { FlatTensors } from './flat-tensors.ts';
import type { FromThread, Loaded, LoadOrder, Order, RunOrder, Tensors, ToThread } from './exchange.ts';
import type { LanePaths } from './lane-paths.ts';

/** The thread ended before it answered, and its sessions are gone; or the system did not start it, which is the `cause`. */
export class ThreadEndedError extends Error {
  override readonly name = 'ThreadEndedError';
}

interface Call {
  readonly message: ToThread;
  readonly transfer: readonly ArrayBuffer[];
  readonly resolve: (result: Loaded | Tensors | null) => void;
  readonly reject: (error: Error) => void;
  readonly signal: AbortSignal | null;
  onAbort: (() => void) | null;
}

/** To listen to a signal costs a sixth of a small call, so that only to calls that last longer than this is listened. */
const SHORT_CALL_MS = 20;
/** How long a run that is under way is waited for at the end. */
const CLOSE_MS = 2000;

/** One thread that holds sessions and runs them, one order at a time. It is started when it is first needed, and again after it ended. */
export class ModelThread {
  readonly #start: (lane: string | null) => Worker;
  readonly #lanes: LanePaths;
  #worker: Worker | null = null;
  #closed = false;
  #deaths = 0;
  #lastEnd = '';
  /** What the thread is at, until it answers; what was cancelled meanwhile is answered all the same. */
  #current: Call | null = null;
  /** In the order in which they came. They wait here, so that a cancelled one costs nothing. */
  #waiting: Call[] = [];
  #listening: NodeJS.Timeout | null = null;

  /** @param start takes where the thread is to listen */
  constructor(start: (lane: string | null) => Worker, lanes: LanePaths) {
    this.#start = start;
    this.#lanes = lanes;
  }

  /** How often it ended by itself; what was loaded before that is to be loaded again. */
  get deaths(): number {
    return this.#deaths;
  }

  /** Whether this lane is or was its own. */
  hasLane(lane: string): boolean {
    return this.#lanes.has(lane);
  }

  /** Why it listens no longer at a lane that it had, by its last end; null where it does. Resolves when that is certain. */
  async whyEnded(lane: string, signal: AbortSignal): Promise<ThreadEndedError | null> {
    if (lane !== this.#lanes.after(this.#deaths)) return new ThreadEndedError(this.#lastEnd);
    try {
      await this.#ask(0, { kind: 'ping' }, signal);
      return null;
    } catch (error) {
      if (error instanceof ThreadEndedError) return error;
      throw error;
    }
  }

  /** Rejects with `CallError`, or with `ThreadEndedError`. */
  load(session: number, order: LoadOrder): Promise<Loaded> {
    return this.#ask(session, order, null) as Promise<Loaded>;
  }

  /** Gives a session that is loaded a handle by which it is called on the thread's lane, or takes it back. Heeded before any run that begins after it. */
  note(session: number, handle: number, isGiven: boolean): void {
    this.#worker?.postMessage([session, handle, isGiven] satisfies ToThread);
  }

  /**
   * Runs a session; the body is no longer the caller's. Rejects as `load` does, or with the reason of `signal` within 20 ms of its abort: an order that is not
   * under way by then is not carried out.
   */
  run(session: number, order: RunOrder, signal: AbortSignal): Promise<Tensors> {
    return this.#ask(session, order, signal) as Promise<Tensors>;
  }

  async release(session: number): Promise<void> {
    await this.#ask(session, { kind: 'release' }, null);
  }

  /**
   * Ends the thread. Nothing can end a run or a load that is under way: it is waited for, but not for long, and what goes on then ends with this process.
   * Whatever is unanswered rejects with `ThreadEndedError`.
   */
  async close(): Promise<void> {
    this.#closed = true;
    if (this.#worker === null) return;
    await Promise.race([this.#worker.terminate(), pause(CLOSE_MS, undefined, { ref: false })]);
    this.#ended('it was stopped');
  }

  #ask(session: number, order: Order, signal: AbortSignal | null): Promise<Loaded | Tensors | null> {
    return new Promise((resolve, reject) => {
      if (this.#closed) {
        reject(new ThreadEndedError('it was stopped'));
      } else if (signal?.aborted === true) {
        reject(signal.reason as Error);
      } else {
        const isRun = order.kind === 'run';
        const message: ToThread = isRun ? [session, order.inputs, order.outputs, order.body] : [session, order];
        this.#waiting.push({ message, transfer: isRun ? [order.body] : [], resolve, reject, signal, onAbort: null });
        this.#send();
        this.#listening ??= setTimeout(() => {
          this.#listen();
        }, SHORT_CALL_MS).unref();
      }
    });
  }

  /** Sends the next order, where the thread is at none. */
  #send(): void {
    while (this.#current === null) {
      const call = this.#waiting.shift();
      if (call === undefined) return;
      try {
        this.#worker ??= this.#started();
        this.#worker.postMessage(call.message, call.transfer);
        this.#current = call;
      } catch (error) {
        // Its body was handed over before, or the system has no room for a thread.
        call.reject(new ThreadEndedError(error instanceof Error ? error.message : String(error), { cause: error }));
      }
    }
  }

  #started(): Worker {
    const worker = this.#start(this.#lanes.after(this.#deaths));
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

  #receive([result, rest]: FromThread): void {
    const call = this.#current;
    this.#current = null;
    this.#send();
    if (call === null) return;
    unlisten(call);
    if (typeof result === 'string') call.reject(new CallError(result, rest));
    else if (rest === undefined) call.resolve(result as Loaded | null);
    else call.resolve({ tensors: result as FlatTensors, body: rest });
  }

  #ended(reason: string): void {
    const calls = this.#unanswered();
    this.#worker = null;
    this.#deaths++;
    this.#lastEnd = reason;
    this.#current = null;
    this.#waiting = [];
    for (const call of calls) {
      unlisten(call);
      call.reject(new ThreadEndedError(reason));
    }
  }

  /** Listens to the signals of all calls that are not answered yet. */
  #listen(): void {
    this.#listening = null;
    for (const call of this.#unanswered()) {
      if (call.signal === null || call.onAbort !== null) continue;
      call.onAbort = () => {
        this.#cancel(call);
      };
      if (call.signal.aborted) call.onAbort();
      else call.signal.addEventListener('abort', call.onAbort, { once: true });
    }
  }

  #cancel(call: Call): void {
    this.#waiting = this.#waiting.filter((waiting) => waiting !== call);
    call.reject(call.signal?.reason as Error);
  }

  #unanswered(): Call[] {
    return this.#current === null ? this.#waiting : [this.#current, ...this.#waiting];
  }
}

function unlisten(call: Call): void {
  if (call.onAbort !== null) call.signal?.removeEventListener('abort', call.onAbort);
}
