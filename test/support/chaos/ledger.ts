import { hash } from 'node:crypto';
import type { Answer } from '../workload.ts';
import type { Planned } from './plan.ts';

const LIVE = ['in_queue', 'in_progress'];
const ENDED = ['completed', 'failed', 'cancelled'];

/** What is known of one workload that got a 200. */
export interface Entry {
  readonly planned: Planned;
  /** Whether somebody asked for its cancellation, and whether that was answered with 200. */
  readonly cancellation: 'none' | 'asked' | 'heard';
  /** Where it was seen ended: its status, and a hash of the whole answer. */
  readonly end: { readonly status: string; readonly digest: string } | null;
}

/** What clients and observers have seen of all workloads, and every promise that was broken meanwhile. */
export class Ledger {
  readonly #entries = new Map<string, Entry>();
  readonly #askedAt = new Map<string, number>();
  readonly #ids: string[] = [];
  readonly violations: string[] = [];

  /** The workloads that got a 200, by id. */
  get entries(): ReadonlyMap<string, Entry> {
    return this.#entries;
  }

  /** Their ids in the order of their 200s. */
  get ids(): readonly string[] {
    return this.#ids;
  }

  violated(what: string): void {
    this.violations.push(what);
  }

  /** A client is about to submit it: from now on the store may have it. */
  asked(id: string): void {
    this.#askedAt.set(id, Date.now());
  }

  /** Epoch ms. */
  askedAt(id: string): number {
    return this.#askedAt.get(id) ?? 0;
  }

  accepted(planned: Planned): void {
    this.#entries.set(planned.id, { planned, cancellation: 'none', end: null });
    this.#ids.push(planned.id);
  }

  cancelAsked(id: string): void {
    this.#change(id, { cancellation: 'asked' });
  }

  cancelHeard(id: string): void {
    this.#change(id, { cancellation: 'heard' });
  }

  /** A GET was answered; answers for one id are to be told in the order of their questions. What was seen ended must look the same for ever. */
  seen(id: string, status: number, text: string): void {
    const entry = this.#entries.get(id);
    if (entry === undefined) return;
    if (status !== 200) {
      this.violated(`${id} got its 200, and GET says ${status} ${text.slice(0, 300)}`);
      return;
    }
    const answer = JSON.parse(text) as Answer;
    const end = { status: answer.status, digest: hash('sha256', text) };
    if (entry.end !== null && entry.end.digest !== end.digest) {
      this.violated(`${id} was ${entry.end.status} and is now ${text.slice(0, 300)}`);
    } else if (ENDED.includes(answer.status)) this.#change(id, { end });
    else if (!LIVE.includes(answer.status)) this.violated(`${id} is ${answer.status}, which is no status`);
  }

  #change(id: string, change: Partial<Entry>): void {
    const entry = this.#entries.get(id);
    if (entry !== undefined) this.#entries.set(id, { ...entry, ...change });
  }
}
