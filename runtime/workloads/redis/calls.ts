import { setTimeout as sleep } from 'node:timers/promises';
import type { RedisAddress } from './address.ts';
import { openCallQueue, waitingCallsOf, type CallQueue } from './call-queue.ts';
import { HandsFree } from './hands-free.ts';
import { numberIn } from './replies.ts';
import type { Scripts } from './scripts.ts';

/*
 * A host that has nothing to do must hear at once of what another process has put into a queue; but one host, and one that has its hands free. That is
 * what bee-queue does here: a call is a job of it, and the host that has waited longest takes it. Which workload that host then leases is for the store:
 * calls may be lost, late or doubled, and nothing but time depends on them.
 */

/** Between two calls of one process for one API: what was submitted meanwhile is leased with the rest. */
const BETWEEN_CALLS_MS = 5;
/** A call that nobody has answered for so long is taken for lost. */
const LOST_MS = 5000;
/** For how long a call waits for its queue to be opened. */
const OPEN_MS = 2000;
/** Before a queue of calls that has failed is opened anew. */
const AGAIN_MS = 500;

interface Line {
  readonly handsFree: HandsFree;
  /** What to do when this process is called; null where it takes no calls. */
  called: (() => void) | null;
  queue: CallQueue | null;
  /** Who waits for that to be there. */
  readonly waiting: ((queue: CallQueue) => void)[];
  /** A call is on its way, or is to follow soon. */
  isCalling: boolean;
  /** Something has come into the queue since, which that call may have missed. */
  isWantedAgain: boolean;
  /** This process got all that it asked for, and the last of it: nobody calls it, nor does it look for more. */
  isOverlooked: boolean;
  /** Whether calls may be taken by the queue as it was opened. */
  takesCalls: boolean;
}

/** Calls hosts to queues, and hears calls. */
export class Calls {
  readonly #address: RedisAddress;
  readonly #scripts: Scripts;
  readonly #lines = new Map<string, Line>();
  readonly #closed = new AbortController();

  constructor(address: RedisAddress, scripts: Scripts) {
    this.#address = address;
    this.#scripts = scripts;
  }

  /** From now on this process comes when it is called and has its hands free. */
  listen(api: string, called: () => void): void {
    const line = this.#line(api);
    line.called = called;
    if (line.queue !== null && !line.takesCalls) line.queue.end();
  }

  /** Something is in the queue, and others may have their hands free: calls one of them, soon. */
  call(api: string): void {
    const line = this.#line(api);
    line.isWantedAgain = line.isCalling;
    if (line.isCalling) return;
    line.isCalling = true;
    void this.#call(api, line)
      // Whoever is not called looks into the queue by himself, only later.
      .catch(() => undefined)
      .finally(() => {
        line.isCalling = false;
        if (line.isWantedAgain && !this.#isClosed()) this.call(api);
      });
  }

  /** This process has leased: it has its hands free where it got less than it asked for, though there was no more. */
  leased(api: string, isShort: boolean, isMore: boolean): void {
    const line = this.#line(api);
    line.isOverlooked = !isShort && !isMore;
    if (isShort && !isMore) line.handsFree.set();
    else line.handsFree.clear();
  }

  /** Something that this process had leased has ended: who is overlooked asks for more. */
  ended(api: string): void {
    const line = this.#line(api);
    if (!line.isOverlooked) return;
    line.isOverlooked = false;
    line.called?.();
  }

  /** Redis has been away: what is left of the connections of that time may be silent for ever. */
  renew(): void {
    for (const { queue } of this.#lines.values()) queue?.end();
  }

  close(): void {
    this.#closed.abort();
    for (const { queue, handsFree } of this.#lines.values()) {
      handsFree.set();
      queue?.end();
    }
  }

  async #call(api: string, line: Line): Promise<void> {
    await sleep(BETWEEN_CALLS_MS, undefined, { signal: this.#closed.signal });
    let queue = await this.#opened(line);
    if (queue === null) return;
    if (numberIn(await this.#scripts.call('call', api, String(LOST_MS), waitingCallsOf(api))) === 0) return;
    while (queue !== null && !(await queue.call())) queue = await this.#opened(line);
  }

  /** The queue of calls, once there is one; null where there is none for long. */
  async #opened(line: Line): Promise<CallQueue | null> {
    if (line.queue !== null) return line.queue;
    const opened = new Promise<CallQueue>((resolve) => line.waiting.push(resolve));
    return Promise.race([opened, sleep(OPEN_MS, null, { signal: this.#closed.signal })]);
  }

  /** A method, since the type checker takes what it has seen false once for false after a wait too. */
  #isClosed(): boolean {
    return this.#closed.signal.aborted;
  }

  #line(api: string): Line {
    const known = this.#lines.get(api);
    if (known !== undefined) return known;
    const fresh = {
      handsFree: new HandsFree(),
      called: null,
      queue: null,
      waiting: [],
      isCalling: false,
      isWantedAgain: false,
      isOverlooked: false,
      takesCalls: false,
    };
    this.#lines.set(api, fresh);
    void this.#keep(api, fresh);
    return fresh;
  }

  /** Has a queue of calls for an API, one after another. */
  async #keep(api: string, line: Line): Promise<void> {
    while (!this.#isClosed()) {
      line.takesCalls = line.called !== null;
      try {
        const taker = { whenFree: () => line.handsFree.wait(), come: () => this.#come(api, line) };
        const queue = await openCallQueue(this.#address, api, line.takesCalls ? taker : null, this.#closed.signal);
        if (line.takesCalls === (line.called !== null) && !this.#isClosed()) {
          line.queue = queue;
          for (const resolve of line.waiting.splice(0)) resolve(queue);
          await queue.failed;
          line.queue = null;
        }
        queue.end();
      } catch {
        // Redis is away, which others say.
      }
      await sleep(AGAIN_MS, undefined, { signal: this.#closed.signal }).catch(() => undefined);
    }
  }

  /** Comes to a queue; the next call is heard when hands are free again. */
  async #come(api: string, line: Line): Promise<void> {
    line.handsFree.clear();
    await this.#scripts.call('called', api).catch(() => undefined);
    line.called?.();
    await line.handsFree.wait();
  }
}
