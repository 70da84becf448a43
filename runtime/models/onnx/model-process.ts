import type { ChildProcess } from 'node:child_process';
import { letGo } from '../../../bridge/node/let-go.ts';
import { isShortage, shortageIn } from '../../processes/shortage.ts';
import { CallError } from './call-error.ts';
import type { FromProcess, Loaded, LoadOrder, Order, RunOrder, Tensors, ToProcess } from './exchange.ts';
import type { FlatTensors } from './flat-tensors.ts';
import type { LanePaths } from './lane-paths.ts';
import { LastWords } from './last-words.ts';

/** The process ended before it answered; its sessions are gone. The message follows what it is called: `was ended by SIGABRT (...)`. */
export class ProcessEndedError extends Error {
  override readonly name = 'ProcessEndedError';
}

interface Call {
  readonly message: ToProcess;
  readonly resolve: (result: Loaded | Tensors | null) => void;
  readonly reject: (error: Error) => void;
  readonly signal: AbortSignal | null;
  onAbort: (() => void) | null;
}

const WAS_STOPPED = 'was stopped';
/** To listen to a signal costs a part of a small call, so that only to calls that last longer than this is listened. */
const SHORT_CALL_MS = 20;

/**
 * One process that holds sessions and runs them, one order at a time. It is started when it is first needed, and again after it ended. Hazard: onnxruntime ends its
 * process where it does not know how to go on, and there are inputs by which it comes to that. Remedy: that process is none in which anything else happens.
 */
export class ModelProcess {
  readonly #start: (lane: string | null) => ChildProcess;
  readonly #lanes: LanePaths;
  readonly #died: (sentence: string) => void;
  #child: ChildProcess | null = null;
  #closed = false;
  #deaths = 0;
  #lastEnd = '';
  /** What it is at, until it answers; what was cancelled meanwhile is answered all the same. */
  #current: Call | null = null;
  /** In the order in which they came. They wait here, so that a cancelled one costs nothing. */
  #waiting: Call[] = [];
  #listening: NodeJS.Timeout | null = null;

  /**
   * @param start takes where the process is to listen; throws where the machine has no room for it
   * @param died is told, in a sentence, that it has ended by itself
   */
  constructor(start: (lane: string | null) => ChildProcess, lanes: LanePaths, died: (sentence: string) => void) {
    this.#start = start;
    this.#lanes = lanes;
    this.#died = died;
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
  async whyEnded(lane: string, signal: AbortSignal): Promise<ProcessEndedError | null> {
    if (lane !== this.#lanes.after(this.#deaths)) return new ProcessEndedError(this.#lastEnd);
    try {
      await this.#ask(0, { kind: 'ping' }, signal);
      return null;
    } catch (error) {
      if (error instanceof ProcessEndedError) return error;
      throw error;
    }
  }

  /** Rejects with `CallError`, with `ProcessEndedError`, or with an error of the area MACHINE. */
  load(session: number, order: LoadOrder): Promise<Loaded> {
    return this.#ask(session, order, null) as Promise<Loaded>;
  }

  /** Gives a session that is loaded a handle by which it is called on the lane, or takes it back. Heeded before any run that begins after it. */
  note(session: number, handle: number, isGiven: boolean): void {
    this.#child?.send([session, handle, isGiven] satisfies ToProcess, unheard);
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

  /** Ends the process, whatever it is at. Whatever is unanswered rejects with `ProcessEndedError`. Resolves when it has ended. */
  async close(): Promise<void> {
    this.#closed = true;
    const child = this.#child;
    if (child === null) return;
    const closed = new Promise((resolve) => child.once('close', resolve));
    child.kill('SIGKILL');
    await closed;
  }

  #ask(session: number, order: Order, signal: AbortSignal | null): Promise<Loaded | Tensors | null> {
    return new Promise((resolve, reject) => {
      if (this.#closed) {
        reject(new ProcessEndedError(WAS_STOPPED));
      } else if (signal?.aborted === true) {
        reject(signal.reason as Error);
      } else {
        const message: ToProcess =
          order.kind === 'run' ? [session, order.inputs, order.outputs, order.body] : [session, order];
        this.#waiting.push({ message, resolve, reject, signal, onAbort: null });
        this.#send();
        this.#listening ??= setTimeout(() => {
          this.#listen();
        }, SHORT_CALL_MS).unref();
      }
    });
  }

  /** Sends the next order, where the process is at none. */
  #send(): void {
    while (this.#current === null) {
      const call = this.#waiting.shift();
      if (call === undefined) return;
      try {
        this.#child ??= this.#started();
        // That it could not be sent is seen by its end.
        this.#child.send(call.message, unheard);
        this.#current = call;
        const [, , , body] = call.message;
        if (body !== undefined) letGo(new Uint8Array(body));
      } catch (error) {
        call.reject(isShortage(error) ? error : new ProcessEndedError(`could not be asked (${wordsOf(error)})`));
      }
    }
  }

  #started(): ChildProcess {
    const child = this.#start(this.#lanes.after(this.#deaths));
    const words = new LastWords(child.stderr);
    let failure: Error | null = null;
    child.on('message', (message: FromProcess) => {
      this.#receive(message);
    });
    child.on('error', (error: Error) => {
      failure = error;
    });
    child.on('close', (code: number | null, signal: NodeJS.Signals | null) => {
      if (child.pid === undefined) this.#ended(shortageIn(failure, 'A process for models') ?? neverStarted(failure));
      else if (this.#closed) this.#ended(new ProcessEndedError(WAS_STOPPED));
      else this.#ended(new ProcessEndedError(`${endOf(code, signal)}${words.inBrackets()}`));
    });
    return child;
  }

  #receive([result, rest]: FromProcess): void {
    const call = this.#current;
    this.#current = null;
    this.#send();
    if (call === null) return;
    unlisten(call);
    if (typeof result === 'string') call.reject(new CallError(result, rest));
    else if (rest === undefined) call.resolve(result as Loaded | null);
    else call.resolve({ tensors: result as FlatTensors, body: rest });
  }

  #ended(reason: Error): void {
    const calls = this.#unanswered();
    this.#child = null;
    this.#deaths++;
    this.#lastEnd = reason.message;
    this.#current = null;
    this.#waiting = [];
    if (!this.#closed) this.#died(`A process that runs models ${reason.message}; its models are loaded again.`);
    for (const call of calls) {
      unlisten(call);
      call.reject(reason);
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

function unheard(): void {
  // The end of the process tells.
}

function neverStarted(failure: Error | null): ProcessEndedError {
  return new ProcessEndedError(`could not be started (${wordsOf(failure)})`);
}

function endOf(code: number | null, signal: NodeJS.Signals | null): string {
  return signal === null ? `ended with exit code ${code ?? 0}` : `was ended by ${signal}`;
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
