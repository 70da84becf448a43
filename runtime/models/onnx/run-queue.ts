import type { Packet } from '../../../bridge/node/connection.ts';

export interface Caller {
  /** Resolves when it need be waited for no longer that what it was answered is written; null: it is. */
  readonly written: () => Promise<void> | null;
}

interface Call {
  readonly run: () => Packet;
  readonly signal: AbortSignal;
  readonly resolve: (packet: Packet) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Calls that wait for this thread, which runs one and keeps from all else meanwhile. Between two of them it looks at what has arrived: a cancellation that lies
 * behind its request is heeded, and those who call take turns.
 */
export class RunQueue {
  /** By caller; the one that comes next is first. */
  readonly #lines = new Map<Caller, Call[]>();
  #last: Caller | null = null;
  #isPlanned = false;

  /** Settles as `run` does when its turn comes; a call whose signal is aborted by then is not run. */
  add(caller: Caller, run: () => Packet, signal: AbortSignal): Promise<Packet> {
    return new Promise((resolve, reject) => {
      const call: Call = { run, signal, resolve, reject };
      const line = this.#lines.get(caller);
      if (line === undefined) this.#lines.set(caller, [call]);
      else line.push(call);
      this.#plan();
    });
  }

  #plan(): void {
    if (this.#isPlanned) return;
    this.#isPlanned = true;
    setImmediate(() => {
      const writing = this.#last?.written() ?? null;
      this.#last = null;
      if (writing === null) this.#goOn();
      else void writing.then(this.#goOn.bind(this));
    });
  }

  #goOn(): void {
    this.#isPlanned = false;
    this.#runNext();
    if (this.#lines.size > 0) this.#plan();
  }

  #runNext(): void {
    let call = this.#take();
    while (call?.signal.aborted === true) {
      call.reject(call.signal.reason);
      call = this.#take();
    }
    if (call === undefined) return;
    try {
      call.resolve(call.run());
    } catch (error) {
      call.reject(error);
    }
  }

  #take(): Call | undefined {
    const [next] = this.#lines;
    if (next === undefined) return undefined;
    const [caller, line] = next;
    this.#lines.delete(caller);
    this.#last = caller;
    const call = line.shift();
    // Behind all others.
    if (line.length > 0) this.#lines.set(caller, line);
    return call;
  }
}
