import type { Socket } from 'node:net';
import { codes } from '../../../bridge/node/codes.ts';
import { Connection, type Packet } from '../../../bridge/node/connection.ts';
import { letGo } from '../../../bridge/node/let-go.ts';
import { BridgeError } from '../../../bridge/node/messages.ts';
import { up } from '../../../bridge/node/methods.ts';
import type { OnnxPredictParams } from '../../../bridge/node/tensors.ts';
import { shortageIn } from '../../processes/shortage.ts';
import type { StartedProcess } from '../../processes/start-process.ts';
import { PONS, type BegunNote, type CallName } from './begun-note.ts';
import { CallError } from './call-error.ts';
import type { FromProcess, Loaded, Note, Order, ToProcess } from './exchange.ts';
import { LastWords } from './last-words.ts';
import { A_MODEL_PROCESS, CALLS_FD } from './start-model-process.ts';

/** The process ended before it answered; its sessions are gone. The message follows what it is called: `was ended by SIGABRT (...)`. */
export class ProcessEndedError extends Error {
  override readonly name = 'ProcessEndedError';
  /** Whether the process may have begun this call; one that it has not can be made again. */
  readonly mayHaveBegun: (call: CallName) => boolean;

  constructor(message: string, mayHaveBegun: (call: CallName) => boolean = () => true) {
    super(message);
    this.mayHaveBegun = mayHaveBegun;
  }
}

/** The process ended while this call waited for it: it can be made again, with the same body. */
export class NotBegunError extends ProcessEndedError {}

/** Why there is no process: a `KnownError` of the area MACHINE, or a `ProcessEndedError`. */
export function startFailure(error: unknown): Error {
  const reason = error instanceof Error ? error.message : String(error);
  return shortageIn(error, A_MODEL_PROCESS) ?? new ProcessEndedError(`could not be started (${reason})`);
}

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
  /** null where it was not started. */
  readonly #calls: Connection | null;
  /** It answers orders in their order. */
  readonly #pending: Pending[] = [];
  #left: (reason: Error) => void = () => undefined;

  /** @param note where it notes what it begins, which belongs to this life from now on */
  constructor(child: StartedProcess, note: BegunNote | null) {
    this.#child = child;
    this.#note = note;
    const calls = child.stdio?.[CALLS_FD] as Socket | null | undefined;
    // Without its socket it is of no use, as where there was no memory for what came on it.
    this.#calls = calls === null || calls === undefined ? null : callsOn(calls, this.kill.bind(this));
    child.on('message', ([result, rest]: FromProcess) => {
      const pending = this.#pending.shift();
      if (typeof result === 'string') pending?.reject(new CallError(result, rest));
      else pending?.resolve(result);
    });
    this.ended = this.#end();
    void this.ended.then((reason) => {
      for (const { reject } of this.#pending.splice(0)) reject(reason);
    });
  }

  /** Whether the system has started it. */
  get wasThere(): boolean {
    return this.#child.pid !== undefined;
  }

  /** Rejects with `CallError`, or with what `ended` resolves to. */
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
  async run(order: Omit<OnnxPredictParams, 'caller'>, body: Buffer, signal: AbortSignal): Promise<Packet> {
    signal.throwIfAborted();
    let id = 0;
    const asked = this.#calls?.request(up.onnxPredict, { ...order, caller: PONS }, body, (sent) => (id = sent));
    if (asked === undefined) throw await this.ended;
    const answered = asked.then(
      (answer) => {
        letGo(body);
        return answer;
      },
      async (error: unknown) => {
        const reason = isClosed(error) ? await this.#endFor({ caller: PONS, id }) : error;
        if (!(reason instanceof NotBegunError)) letGo(body);
        throw reason;
      },
    );
    return await new Promise((resolve, reject) => {
      const cancel = (): void => {
        this.#calls?.cancel(id);
        reject(signal.reason as Error);
      };
      signal.addEventListener('abort', cancel, { once: true });
      answered.then(resolve, reject).finally(() => {
        signal.removeEventListener('abort', cancel);
      });
    });
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }

  /** Waits for its end no longer, as where the system keeps it: `ended` resolves at once. */
  leave(): void {
    this.#left(new ProcessEndedError('was stopped'));
    this.#calls?.close(null);
    this.#child.stderr?.destroy();
    this.#child.channel?.unref();
    this.#child.unref();
  }

  /** That it could not be sent is seen by its end. */
  #send(message: ToProcess): void {
    if (this.#child.connected) this.#child.send(message, () => undefined);
  }

  async #endFor(call: CallName): Promise<Error> {
    const end = await this.ended;
    return end instanceof ProcessEndedError && !end.mayHaveBegun(call) ? new NotBegunError(end.message) : end;
  }

  #end(): Promise<Error> {
    const child = this.#child;
    const words = new LastWords(child.stderr ?? null);
    let failure: unknown = null;
    child.on('error', (error) => {
      failure = error;
    });
    return new Promise((resolve) => {
      this.#left = resolve;
      child.on('close', (code: number | null, signal: NodeJS.Signals | null) => {
        this.#calls?.close(null);
        const isLast = this.#note?.close();
        if (!this.wasThere) resolve(startFailure(failure));
        else resolve(new ProcessEndedError(`${endOf(code, signal)}${words.inBrackets()}`, isLast));
      });
    });
  }
}

function callsOn(socket: Socket, closed: () => void): Connection {
  return new Connection(
    { down: socket, up: socket },
    {
      notified: () => undefined,
      requested: () => Promise.reject(new Error('a model process asks nothing')),
      closed,
    },
  );
}

function isClosed(error: unknown): boolean {
  return error instanceof BridgeError && error.code === codes.CONNECTION_CLOSED;
}

function endOf(code: number | null, signal: NodeJS.Signals | null): string {
  return signal === null ? `ended with exit code ${code ?? 0}` : `was ended by ${signal}`;
}
