/** Somebody whose calls wait for this process. */
export interface Caller {
  /** Runs the call that waits the longest, if there is one left; returns whether more are waiting. Not to throw. */
  readonly runNext: () => boolean;
  /** Resolves when it need be waited for no longer that what it was answered is written; null: it is. */
  readonly written: () => Promise<void> | null;
}

/**
 * Whose turn it is in this process, which runs one call and keeps from all else meanwhile. Between two of them it looks at what has arrived: a cancellation that
 * lies behind its request is heeded, and those who call take turns.
 */
export class RunQueue {
  /** Who comes next is first. */
  readonly #callers = new Set<Caller>();
  #isPlanned = false;

  /** Has the caller's turn come, once; does nothing where it is waiting already. */
  add(caller: Caller): void {
    this.#callers.add(caller);
    this.#plan();
  }

  #plan(): void {
    if (this.#isPlanned) return;
    this.#isPlanned = true;
    setImmediate(this.#goOn.bind(this));
  }

  #goOn(): void {
    this.#isPlanned = false;
    const [caller] = this.#callers;
    if (caller === undefined) return;
    this.#callers.delete(caller);
    // Behind all others.
    if (caller.runNext()) this.#callers.add(caller);
    this.#isPlanned = true;
    // During a run more may have come together: the end of a connection is told one look later than what came before it, from Node 24 on. Also where nobody is waiting:
    // who comes next has then less to wait for.
    setImmediate(() => setImmediate(this.#afterRun.bind(this), caller));
  }

  #afterRun(caller: Caller): void {
    const writing = caller.written();
    if (writing === null) this.#goOn();
    else void writing.then(this.#goOn.bind(this));
  }
}
