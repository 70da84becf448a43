import type { Worker } from 'node:worker_threads';
import { KnownError } from '../../errors/known-error.ts';
import { messageOf } from '../../errors/render.ts';
import { knownErrorOf } from './fault.ts';
import type { Answer, Ask, BatchReply, FromThread, Kind, Operation } from './operations.ts';
import type { Ended } from '../end-listeners.ts';
import { SliceWriter } from './slices.ts';
import { tellThread } from './thread.ts';

/** Submissions in one transaction: more would make the pool wait, fewer would waste the disk's time. */
const SUBMITS_PER_BATCH = 256;
/** Other operations in one transaction. */
const OTHERS_PER_BATCH = 512;
/** After which the rest of the operations waits for the next transaction. */
const BYTES_PER_BATCH = 8 * 1024 * 1024;

/** An answer, and the buffer that its slices lie in. */
export interface Answered<K extends Kind> {
  readonly answer: Answer<K>;
  readonly bytes: Uint8Array;
}

interface Waiting {
  readonly sizeBytes: number;
  readonly build: (writer: SliceWriter) => Operation;
  readonly resolve: (answered: { answer: unknown; bytes: Uint8Array }) => void;
  readonly reject: (error: KnownError) => void;
}

/**
 * Gathers what is asked while the store's thread is busy, so that one sync of the disk serves all of it. The pool's operations come first in each
 * transaction and submissions fill the rest: neither can starve the other.
 */
export class GroupCommit {
  readonly #thread: Worker;
  readonly #path: string;
  readonly #onQueued: (api: string) => void;
  readonly #onEnded: (ended: readonly Ended[]) => void;
  readonly #onLost: (error: KnownError) => void;
  readonly #others: Waiting[] = [];
  readonly #submits: Waiting[] = [];
  #underWay: Waiting[] | null = null;
  #scheduled = false;
  #isGone = false;
  #lost: KnownError | null = null;
  #refusal: KnownError | null = null;
  #whenIdle: (() => void) | null = null;

  constructor(
    thread: Worker,
    path: string,
    listeners: {
      onQueued: (api: string) => void;
      onEnded: (ended: readonly Ended[]) => void;
      onLost: (error: KnownError) => void;
    },
  ) {
    this.#thread = thread;
    this.#path = path;
    this.#onQueued = listeners.onQueued;
    this.#onEnded = listeners.onEnded;
    this.#onLost = listeners.onLost;
    thread.on('message', (message: FromThread) => {
      if (message.kind === 'reply') this.#settle(message.reply);
    });
    thread.on('error', (error) => {
      this.#lose(messageOf(error));
    });
    thread.on('exit', () => {
      this.#lose('its thread has ended');
    });
    thread.unref();
  }

  /** Asks for one operation. Rejects with the error of the table when nothing of it was done. */
  ask<K extends Kind>(kind: K, sizeBytes: number, build: (writer: SliceWriter) => Ask<K>): Promise<Answered<K>> {
    if (this.#refusal !== null) return Promise.reject(this.#refusal);
    return new Promise<Answered<K>>((resolve, reject) => {
      const waiting: Waiting = {
        sizeBytes,
        build: (writer) => ({ kind, ask: build(writer) }) as Operation,
        resolve: resolve as Waiting['resolve'],
        reject,
      };
      (kind === 'submit' ? this.#submits : this.#others).push(waiting);
      this.#schedule();
    });
  }

  /** Refuses further operations; resolves when those under way have their answers. */
  async drain(): Promise<void> {
    this.#refusal ??= KnownError.of('PONS_ERR_STORE_CLOSED', { path: this.#path });
    if (this.#isIdle()) return;
    await new Promise<void>((resolve) => {
      this.#whenIdle = resolve;
    });
  }

  /** Why the thread ended though nobody told it to; null while that is not so. */
  get lost(): KnownError | null {
    return this.#lost;
  }

  /** Whether the thread is gone, so that nothing can be asked of it any more. */
  get isGone(): boolean {
    return this.#isGone;
  }

  #isIdle(): boolean {
    return this.#underWay === null && this.#others.length === 0 && this.#submits.length === 0;
  }

  /** Not at once: what is asked in the same turn belongs into the same transaction. */
  #schedule(): void {
    if (this.#underWay !== null || this.#scheduled) return;
    this.#scheduled = true;
    queueMicrotask(() => {
      this.#scheduled = false;
      this.#send();
    });
  }

  #send(): void {
    const batch = [...take(this.#others, OTHERS_PER_BATCH), ...take(this.#submits, SUBMITS_PER_BATCH)];
    if (batch.length === 0) return;
    const writer = new SliceWriter();
    const operations = batch.map(({ build }) => build(writer));
    this.#underWay = batch;
    this.#thread.ref();
    tellThread(this.#thread, { operations, bytes: writer.finish() });
  }

  #settle({ answers, faults, postponed, bytes, queued, ended }: BatchReply): void {
    const batch = this.#underWay ?? [];
    this.#underWay = null;
    this.#thread.unref();
    const errors = new Map(faults.map(([position, fault]) => [position, knownErrorOf(fault)]));
    const later = new Set(postponed);
    this.#others.unshift(...batch.filter((_waiting, position) => later.has(position)));
    batch.forEach(({ resolve, reject }, position) => {
      if (later.has(position)) return;
      const error = errors.get(position);
      if (error === undefined) resolve({ answer: answers[position], bytes });
      else reject(error);
    });
    this.#send();
    for (const api of queued) this.#onQueued(api);
    if (ended.length > 0) this.#onEnded(ended);
    if (this.#isIdle()) this.#whenIdle?.();
  }

  #lose(reason: string): void {
    if (this.#isGone) return;
    this.#isGone = true;
    // It was told to close, and has.
    if (this.#refusal !== null && this.#isIdle()) return;
    const error = KnownError.of('PONS_ERR_STORE_LOST', { path: this.#path, reason });
    this.#lost = error;
    this.#refusal = error;
    const waiting = [...(this.#underWay ?? []), ...this.#others.splice(0), ...this.#submits.splice(0)];
    this.#underWay = null;
    for (const { reject } of waiting) reject(error);
    this.#whenIdle?.();
    this.#onLost(error);
  }
}

/** Takes the first ones from the queue, at least one, as many as one transaction should hold. */
function take(queue: Waiting[], limit: number): Waiting[] {
  let count = 0;
  let sizeBytes = 0;
  for (const waiting of queue) {
    sizeBytes += waiting.sizeBytes;
    if (count === limit || (count > 0 && sizeBytes > BYTES_PER_BATCH)) break;
    count += 1;
  }
  return queue.splice(0, count);
}
