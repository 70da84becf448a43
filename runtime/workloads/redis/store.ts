import { randomBytes } from 'node:crypto';
import type { Readable } from 'node:stream';
import type { KnownError } from '../../errors/known-error.ts';
import type { ErrorView } from '../../errors/render.ts';
import type { EndListeners } from '../end-listeners.ts';
import type { Listeners } from '../listeners.ts';
import { ALONE_FROM_DEATHS } from '../states.ts';
import type {
  Body,
  CancelOutcome,
  EndListener,
  EndOutcome,
  GiveBack,
  GiveBackOutcome,
  Leased,
  Lease,
  LeaseRef,
  LostListener,
  OpenBody,
  QueueCounts,
  ReceivedBody,
  Submission,
  SubmitOutcome,
  WorkloadRecord,
  WorkloadStore,
} from '../store.ts';
import type { Bodies } from './bodies.ts';
import type { Calls } from './calls.ts';
import type { Ends } from './ends.ts';
import type { Held } from './held.ts';
import type { RedisLink } from './link.ts';
import { leaseIn, recordIn } from './records.ts';
import { listIn, numberIn, textIn } from './replies.ts';
import type { Scripts } from './scripts.ts';
import type { Spool } from './spool.ts';
import { Submissions } from './submissions.ts';
import type { Upkeep } from './upkeep.ts';

/**
 * Payloads of one lease together. A reply that takes longer than a command may is thrown away, and asked for anew just as large: a link of 4 Mbit/s must
 * get it across in time.
 */
const LEASE_BYTES = 512 * 1024;
/** Workloads of one lease: Redis does nothing else meanwhile. */
const LEASE_COUNT = 500;

export interface RedisParts {
  readonly link: RedisLink;
  readonly scripts: Scripts;
  readonly bodies: Bodies;
  /** To be called when nothing more is stored: lets go of the bucket, if there is one. */
  readonly leaveBucket: () => Promise<void>;
  readonly spool: Spool;
  readonly held: Held;
  readonly upkeep: Upkeep;
  readonly ends: Ends;
  readonly carriage: WorkloadStore['carriage'];
  readonly listeners: Listeners;
  readonly calls: Calls;
  /** To be called when something came into a queue. */
  readonly queued: (api: string) => void;
  readonly endListeners: EndListeners;
  readonly lostListeners: Set<LostListener>;
  readonly leaseMs: number;
  /** To be called when workloads were left in the queue since their payloads cannot be read here; with what references begin with that could be read. */
  readonly passedBy: (api: string, readable: string) => void;
}

/** Workloads in Redis, shared by all processes that use it. */
export class RedisStore implements WorkloadStore {
  readonly carriage: WorkloadStore['carriage'];
  readonly #parts: RedisParts;
  readonly #submissions: Submissions;

  constructor(parts: RedisParts) {
    this.#parts = parts;
    this.carriage = parts.carriage;
    this.#submissions = new Submissions(parts);
  }

  refusal(api?: string): Promise<KnownError | null> {
    const { link, upkeep } = this.#parts;
    return Promise.resolve(link.refusal ?? upkeep.refusal(api));
  }

  receive(stream: Readable, limitBytes: number): Promise<ReceivedBody> {
    return this.#parts.spool.receive(stream, limitBytes);
  }

  async discard({ body }: ReceivedBody): Promise<void> {
    if (body.kind === 'file') await this.#parts.spool.remove(body.path);
  }

  async submit(submission: Submission): Promise<SubmitOutcome> {
    try {
      return await this.#submissions.submit(submission);
    } finally {
      await this.discard(submission.received);
    }
  }

  lease(api: string, count: number): Promise<Leased> {
    return this.#lease(api, Math.min(count, LEASE_COUNT), []);
  }

  async leaseNamed(api: string, ids: readonly string[]): Promise<Lease[]> {
    return ids.length === 0 ? [] : [...(await this.#lease(api, ids.length, ids)).leases];
  }

  async #lease(api: string, count: number, ids: readonly string[]): Promise<Leased> {
    const { bodies, held, lostListeners, upkeep, calls, leaseMs, link, passedBy } = this.#parts;
    if (link.refusal !== null) throw link.refusal;
    await upkeep.renewWhereLate(api);
    const nonce = randomBytes(12).toString('base64url');
    const { readable } = bodies;
    const settings = [count, LEASE_BYTES, nonce, leaseMs, ALONE_FROM_DEATHS, readable].map(String);
    const reply = await this.#parts.scripts.transfer('lease', api, ...settings, ...ids).catch((error: unknown) => {
      upkeep.abandon(api, nonce);
      throw error;
    });
    const [more, passed, rows] = listIn(reply);
    if (numberIn(passed) > 0) passedBy(api, readable);
    const leases = listIn(rows).map((row) => leaseIn(api, listIn(row), bodies));
    for (const lease of leases) {
      const before = held.add(lease);
      if (before !== null) for (const listener of lostListeners) listener(before);
    }
    const isMore = numberIn(more) === 1;
    // Where nothing was asked for by name it shows whether there is enough for everybody.
    if (ids.length === 0) calls.leased(api, leases.length < count, isMore);
    if (isMore) calls.call(api);
    return { leases, more: isMore };
  }

  complete(ref: LeaseRef, result: Uint8Array): Promise<EndOutcome> {
    return this.#parts.ends.complete(ref, result);
  }

  fail(ref: LeaseRef, error: ErrorView): Promise<EndOutcome> {
    return this.#parts.ends.fail(ref, error);
  }

  giveBack(ref: LeaseRef, how: GiveBack): Promise<GiveBackOutcome> {
    return this.#parts.ends.giveBack(ref, how);
  }

  cancel(api: string, id: string): Promise<CancelOutcome> {
    return this.#parts.ends.cancel(api, id);
  }

  async find(api: string, id: string): Promise<WorkloadRecord | null> {
    const reply = await this.#parts.scripts.call('find', api, id);
    return reply === null ? null : recordIn(api, id, listIn(reply), this.#parts.bodies);
  }

  open(body: Body): Promise<OpenBody> {
    return this.#parts.bodies.open(body);
  }

  read(body: Body): Promise<Uint8Array> {
    return this.#parts.bodies.read(body);
  }

  async counts(api: string): Promise<QueueCounts> {
    const [inQueue, inProgress, oldest] = listIn(await this.#parts.scripts.call('counts', api));
    const oldestSubmittedAt = textIn(oldest) === '' ? null : numberIn(oldest);
    return { inQueue: numberIn(inQueue), inProgress: numberIn(inProgress), oldestSubmittedAt };
  }

  onQueued(api: string, listener: () => void): () => void {
    this.#parts.scripts.apis.add(api);
    const { listeners, calls } = this.#parts;
    calls.listen(api, () => {
      listeners.call(api);
    });
    return listeners.add(api, listener);
  }

  onEnded(listener: EndListener): () => void {
    return this.#parts.endListeners.add(listener);
  }

  onLost(listener: LostListener): () => void {
    this.#parts.lostListeners.add(listener);
    return () => {
      this.#parts.lostListeners.delete(listener);
    };
  }

  /** Gives back what this process still holds; where Redis is away, that comes back when its leases lapse. */
  async close(): Promise<void> {
    const { upkeep, held, calls, link, leaveBucket } = this.#parts;
    calls.close();
    await upkeep.stop();
    await Promise.allSettled(held.all().map((ref) => this.giveBack(ref, { kind: 'not_begun' })));
    await leaveBucket();
    await link.close();
  }
}
