import type { Socket } from 'node:net';
import type { Packet } from '../../../bridge/node/connection.ts';
import { shortageIn } from '../../processes/shortage.ts';
import type { StartedProcess } from '../../processes/start-process.ts';
import { PONS, type BegunCheck, type BegunNote } from './begun-note.ts';
import { LoadError } from './load-error.ts';
import { READY, type FromProcess, type Loaded, type Note, type Order, type ToProcess } from './exchange.ts';
import { LastWords } from './last-words.ts';
import { type OwnCall, OwnCalls } from './own-calls.ts';
import { NoProcessError, NotBegunError, ProcessEndedError, StoppedError } from './process-ended.ts';
import { A_MODEL_PROCESS, CALLS_FD } from './start-model-process.ts';

/** Why there is no process: a `KnownError` of the area MACHINE, or a `NoProcessError`. */
export function startFailure(error: unknown): Error {
  const reason = error instanceof Error ? error.message : String(error);
  return shortageIn(error, A_MODEL_PROCESS) ?? new NoProcessError(`could not be started (${reason})`);
}

/** A busy machine starts one in a fraction of that; one that the system gives too few threads as it starts waits for ever. */
const START_MS = 60_000;
const TOO_FEW_THREADS = ', perhaps since it gets too few threads';
/** Its socket is closed by its end, too, which comes by then. */
const END_MS = 1000;

/** Why it was Pons that ended it. */
type KilledAs = 'stopped' | 'late' | 'lost';

interface Pending {
  readonly resolve: (result: Loaded | null) => void;
  readonly reject: (error: Error) => void;
}

/** One start of a model process, up to its end. */
export class ModelLife {
  /** Resolves, when it has ended and nothing more comes of it, to what was unanswered then rejects with. */
  readonly ended: Promise<Error>;
  readonly #child: StartedProcess;
  readonly #note: BegunNote | null;
  readonly #startMs: number;
  /** null where it was not started. */
  readonly #calls: OwnCalls | null;
  /** It answers orders in their order. */
  readonly #pending: Pending[] = [];
  readonly #words: LastWords;
  #isReady = false;
  #killedAs: KilledAs | null = null;
  #left: (reason: Error) => void = () => undefined;

  /**
   * @param note where it notes what it begins, which belongs to this life from now on
   * @param startMs within which it has to be ready
   */
  constructor(child: StartedProcess, note: BegunNote | null, startMs = START_MS) {
    this.#child = child;
    this.#words = new LastWords(child.stderr ?? null);
    this.#startMs = startMs;
    this.#note = note;
    const calls = child.stdio?.[CALLS_FD] as Socket | null | undefined;
    // Without its socket it is of no use, as where there was no memory for what came on it.
    const events = { closed: this.#lost.bind(this), endFor: this.#endFor.bind(this) };
    this.#calls = calls === null || calls === undefined ? null : new OwnCalls(calls, events);
    const start = setTimeout(() => {
      this.#kill('late');
    }, startMs).unref();
    child.on('message', (message: FromProcess) => {
      if (message === READY) {
        this.#isReady = true;
        this.#words.forget();
        clearTimeout(start);
        return;
      }
      const [result, rest] = message;
      const pending = this.#pending.shift();
      if (typeof result === 'string') pending?.reject(new LoadError(result, rest));
      else pending?.resolve(result);
    });
    this.ended = this.#end();
    void this.ended.then((reason) => {
      clearTimeout(start);
      for (const { reject } of this.#pending.splice(0)) reject(reason);
    });
  }

  /** Whether the system has started it. */
  get wasThere(): boolean {
    return this.#child.pid !== undefined;
  }

  /** Rejects with `LoadError`, or with what `ended` resolves to. */
  order(session: number, order: Order): Promise<Loaded | null> {
    return new Promise((resolve, reject) => {
      this.#pending.push({ resolve, reject });
      this.#send([session, order]);
    });
  }

  note(note: Note): void {
    this.#send(note);
  }

  /**
   * Has a session run; the body is no longer the caller's, but where this rejects with `NotBegunError`. Rejects also with `BridgeError`, with what `ended` resolves
   * to, or with the reason of `signal`.
   */
  async run(order: OwnCall, body: Buffer, signal: AbortSignal): Promise<Packet> {
    if (this.#calls === null) throw await this.ended;
    return await this.#calls.run(order, body, signal);
  }

  /** Ends it, whatever it is at: what is unanswered then rejects with `StoppedError`. */
  stop(): void {
    this.#kill('stopped');
  }

  /** Waits for its end no longer, as where the system keeps it: `ended` resolves at once. */
  leave(): void {
    this.#left(new StoppedError());
    this.#calls?.close();
    this.#child.stderr?.destroy();
    this.#child.channel?.unref();
    this.#child.unref();
  }

  /** That it could not be sent is seen by its end. */
  #send(message: ToProcess): void {
    if (this.#child.connected) this.#child.send(message, () => undefined);
  }

  /** Of the request `id`; null: it was not sent. */
  async #endFor(id: number | null): Promise<Error> {
    const end = await this.ended;
    if (!(end instanceof ProcessEndedError)) return end;
    return id !== null && end.mayHaveBegun({ caller: PONS, id }) ? end : new NotBegunError(end.message);
  }

  #lost(): void {
    const timer = setTimeout(() => {
      this.#kill('lost');
    }, END_MS);
    void this.ended.then(() => {
      clearTimeout(timer);
    });
  }

  #end(): Promise<Error> {
    const child = this.#child;
    let failure: unknown = null;
    child.on('error', (error) => {
      failure = error;
    });
    return new Promise((resolve) => {
      this.#left = resolve;
      child.on('close', (code: number | null, signal: NodeJS.Signals | null) => {
        this.#calls?.close();
        const isLast = this.#note?.close();
        // One that had ended by itself already is not ended by us, however late that is heard of.
        if (signal !== 'SIGKILL' && this.#killedAs !== 'stopped') this.#killedAs = null;
        if (this.wasThere) resolve(this.#endAs(code, signal, isLast));
        else resolve(startFailure(failure));
      });
    });
  }

  #endAs(code: number | null, signal: NodeJS.Signals | null, isLast: BegunCheck | undefined): Error {
    if (this.#killedAs === 'stopped') return new StoppedError();
    // Later such words are of what it could do without.
    const shortage = this.#isReady ? null : this.#words.shortage(A_MODEL_PROCESS);
    return shortage ?? new ProcessEndedError(this.#describeEnd(code, signal), isLast);
  }

  #describeEnd(code: number | null, signal: NodeJS.Signals | null): string {
    const said = this.#words.inBrackets();
    if (this.#killedAs === 'late') return `was not ready within ${this.#startMs / 1000} s${said || TOO_FEW_THREADS}`;
    if (this.#killedAs === 'lost') return 'was ended, as its socket was closed';
    if (signal === null) return `ended with exit code ${code ?? 0}${said}`;
    // Who is ended so has no last words: what it printed is of something else.
    if (signal === 'SIGKILL') return 'was ended by SIGKILL, perhaps since memory ran out';
    // Node aborts without a word where it gets only some of the threads that it starts with.
    const isSilent = signal === 'SIGABRT' && !this.#isReady && said === '';
    return `was ended by ${signal}${isSilent ? TOO_FEW_THREADS : said}`;
  }

  #kill(why: KilledAs): void {
    this.#killedAs = why;
    this.#child.kill('SIGKILL');
  }
}
