import { randomBytes } from 'node:crypto';
import { isKnownError, type KnownError } from '../../errors/known-error.ts';
import { SUPERVISOR_DEATHS_LIMIT } from '../states.ts';
import type { LeaseRef } from '../store.ts';
import { assertReadable, FORMAT, NEWEST_FORMAT, OLDEST_FORMAT } from './format.ts';
import type { Held } from './held.ts';
import type { RedisLink } from './link.ts';
import { repeat } from './repeat.ts';
import { listIn, numberIn, textIn } from './replies.ts';
import { prefixOf, type Scripts } from './scripts.ts';

const SWEEP_MS = 1000;
const SWEEP_BATCH = 1000;
/** Renewals in one call. */
const RENEW_BATCH = 500;

/** What whoever opened the store should log. */
export type RedisNotice =
  | { readonly kind: 'warning'; readonly text: string }
  /** Whoever held these has died, was frozen or is cut off: they are back in the queue. */
  | { readonly kind: 'lapsed'; readonly api: string; readonly workloads: number }
  /** Redis lost its data: so many workloads were in it when it was last seen. */
  | { readonly kind: 'emptied'; readonly api: string; readonly inQueue: number; readonly inProgress: number }
  /** The data has got a format that this version cannot read: every call rejects from now on. */
  | { readonly kind: 'lost'; readonly error: KnownError }
  | { readonly kind: 'away'; readonly error: KnownError }
  | { readonly kind: 'back' };

export interface UpkeepOptions {
  readonly link: RedisLink;
  readonly scripts: Scripts;
  readonly held: Held;
  readonly leaseMs: number;
  /** To be called when something came into a queue. */
  readonly queued: (api: string) => void;
  /** To be called when something was found in a queue that others have filled. */
  readonly called: (api: string) => void;
  readonly isListenedTo: (api: string) => boolean;
  readonly lost: (ref: LeaseRef) => void;
  /** A workload whose holders died too often is to be ended. */
  readonly exhausted: (ref: LeaseRef, deaths: number) => Promise<void>;
  readonly notify: (notice: RedisNotice) => void;
  /** How often to look whether other processes have put something into a queue, in ms. */
  readonly pollMs: number;
}

interface Seen {
  readonly epoch: string;
  readonly inQueue: number;
  readonly inProgress: number;
}

/** What has to be done all the time: leases renewed, lapsed ones put back, queues looked into that others fill. */
export class Upkeep {
  readonly #options: UpkeepOptions;
  readonly #seen = new Map<string, Seen>();
  readonly #abandoned = new Map<string, string>();
  #stops: readonly (() => Promise<void>)[] = [];
  #isAway = false;
  #isLost = false;
  #renewing: Promise<void> | null = null;
  /** When the last renewal of everything began that went well. */
  #renewedAt = performance.now();

  constructor(options: UpkeepOptions) {
    this.#options = options;
  }

  start(): void {
    const { leaseMs, pollMs } = this.#options;
    this.#stops = [
      repeat(leaseMs / 3, () => this.#renew()),
      repeat(SWEEP_MS, () => this.#sweepOn()),
      repeat(pollMs, () => this.#poll()),
    ];
  }

  async stop(): Promise<void> {
    await Promise.all(this.#stops.map((stop) => stop()));
  }

  /** A call that may have leased workloads was not answered: what has tokens that begin with `nonce` has no holder. */
  abandon(api: string, nonce: string): void {
    this.#abandoned.set(nonce, api);
  }

  /**
   * To be awaited before anything is leased: after an outage that no renewal came through, what runs here may be in the queue, and would be leased
   * and run a second time. Rejects where Redis is away.
   */
  async renewWhereLate(): Promise<void> {
    if (performance.now() - this.#renewedAt > this.#options.leaseMs / 2) await this.#renew();
  }

  /** Renews what is held, once at a time. */
  #renew(): Promise<void> {
    this.#renewing ??= this.#renewAll().finally(() => {
      this.#renewing = null;
    });
    return this.#renewing;
  }

  /** Somebody may have gone on to a later version while this process ran. */
  async #sweepOn(): Promise<void> {
    if (this.#isLost) return;
    try {
      await this.sweep();
    } catch (error) {
      if (!isKnownError(error) || error.code !== 'PONS_ERR_REDIS_FORMAT') throw error;
      this.#isLost = true;
      this.#options.link.forbid(error);
      this.#options.notify({ kind: 'lost', error });
    }
  }

  async sweep(): Promise<void> {
    const { link, scripts, notify } = this.#options;
    const { refusal } = link;
    if (refusal !== null && !this.#isAway) notify({ kind: 'away', error: refusal });
    if (refusal === null && this.#isAway) notify({ kind: 'back' });
    this.#isAway = refusal !== null;
    if (refusal !== null) return;
    for (const api of scripts.apis) await this.#sweepOne(api);
    for (const [nonce, api] of this.#abandoned) {
      await scripts.call('abandon', api, nonce);
      this.#abandoned.delete(nonce);
      this.#options.queued(api);
    }
  }

  async #sweepOne(api: string): Promise<void> {
    const { link, scripts, leaseMs, notify } = this.#options;
    const fresh = randomBytes(9).toString('base64url');
    const settings = [leaseMs, SWEEP_MS].map(String);
    const reply = listIn(
      await scripts.call(
        'sweep',
        api,
        ...settings,
        fresh,
        FORMAT,
        ...[SUPERVISOR_DEATHS_LIMIT, SWEEP_BATCH, OLDEST_FORMAT, NEWEST_FORMAT].map(String),
      ),
    );
    const [epoch, found] = [textIn(reply[0]), textIn(reply[1])];
    assertReadable(link.address.shown, api, found);
    const before = this.#seen.get(api);
    if (before !== undefined && before.epoch !== epoch) {
      notify({ kind: 'emptied', api, inQueue: before.inQueue, inProgress: before.inProgress });
    }
    this.#seen.set(api, { epoch, inQueue: numberIn(reply[2]), inProgress: numberIn(reply[3]) });
    const workloads = numberIn(reply[4]);
    if (workloads > 0) {
      notify({ kind: 'lapsed', api, workloads });
      this.#options.queued(api);
    }
    await this.#end(api, listIn(reply[5]).map(textIn));
  }

  /** `dead`: id, token and deaths of one after another. */
  async #end(api: string, dead: readonly string[]): Promise<void> {
    for (let at = 0; at < dead.length; at += 3) {
      const [id = '', token = '', deaths = ''] = dead.slice(at, at + 3);
      await this.#options.exhausted({ api, id, token }, Number(deaths));
    }
  }

  async #renewAll(): Promise<void> {
    const { held, scripts, leaseMs, lost } = this.#options;
    const begunAt = performance.now();
    for (const api of scripts.apis) {
      const refs = held.of(api);
      for (let at = 0; at < refs.length; at += RENEW_BATCH) {
        const batch = refs.slice(at, at + RENEW_BATCH);
        const pairs = batch.flatMap(({ id, token }) => [id, token]);
        const ids = new Set(listIn(await scripts.call('renew', api, String(leaseMs), ...pairs)).map(textIn));
        for (const ref of batch) {
          // It may have ended in order while the call was under way.
          if (!ids.has(ref.id) || held.find(api, ref.id)?.token !== ref.token) continue;
          held.drop(ref);
          lost(ref);
        }
      }
    }
    this.#renewedAt = begunAt;
  }

  async #poll(): Promise<void> {
    const { scripts, link, called, isListenedTo } = this.#options;
    for (const api of scripts.apis) {
      if (isListenedTo(api) && numberIn(await link.run('ZCARD', `${prefixOf(api)}queue`)) > 0) called(api);
    }
  }
}
