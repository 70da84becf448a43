import { randomBytes } from 'node:crypto';
import type { KnownError } from '../../errors/known-error.ts';
import { SUPERVISOR_DEATHS_LIMIT } from '../states.ts';
import type { LeaseRef } from '../store.ts';
import type { ApiFaults } from './api-faults.ts';
import type { Durability } from './durability.ts';
import { assertFulfilled, assertReadable, isOfFormat, FORMAT, NEWEST_FORMAT, OLDEST_FORMAT } from './format.ts';
import type { Held } from './held.ts';
import type { RedisLink } from './link.ts';
import type { RedisNotice } from './notice.ts';
import { Renewals } from './renewals.ts';
import { repeat } from './repeat.ts';
import { listIn, numberIn, textIn } from './replies.ts';
import { refusalOfWrites } from './room.ts';
import { prefixOf, type Scripts } from './scripts.ts';

const SWEEP_MS = 1000;
const SWEEP_BATCH = 1000;

export interface UpkeepOptions {
  readonly link: RedisLink;
  readonly scripts: Scripts;
  readonly held: Held;
  readonly durability: Durability;
  readonly faults: ApiFaults;
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
  /** How often what is held is renewed, in ms. */
  readonly renewMs: number;
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
  /** What the last look at Redis came to. */
  #refusal: KnownError | null = null;
  #refusalOfWrites: KnownError | null = null;
  #isLost = false;
  readonly #renewals: Renewals;

  constructor(options: UpkeepOptions) {
    this.#options = options;
    this.#renewals = new Renewals(options);
  }

  /** Why Redis took nothing new, or nothing of an API, when it was last asked, which is every second, or would not keep it; null where it does, or is away. */
  refusal(api?: string): KnownError | null {
    const ofApi = api === undefined ? null : this.#options.faults.of(api);
    return this.#refusalOfWrites ?? this.#options.durability.refusal ?? ofApi;
  }

  start(): void {
    const { renewMs, pollMs } = this.#options;
    this.#stops = [
      repeat(renewMs, () => this.#renewals.all()),
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

  /** To be awaited before anything of an API is leased. Rejects where Redis is away. */
  async renewWhereLate(api: string): Promise<void> {
    await this.#renewals.whereLate(api);
  }

  /** Somebody may have gone on to a later version while this process ran. */
  async #sweepOn(): Promise<void> {
    if (this.#isLost) return;
    try {
      await this.sweep();
    } catch (error) {
      if (!isOfFormat(error)) throw error;
      this.#isLost = true;
      this.#options.link.forbid(error);
      this.#options.notify({ kind: 'lost', error });
    } finally {
      this.#options.faults.tell(this.#options.notify);
    }
  }

  /** Does for each API what has to be done every second. Rejects where Redis is away, or with the first fault after all had their turn. */
  async sweep(): Promise<void> {
    const { scripts, faults } = this.#options;
    await this.#look();
    const swept = [...scripts.apis].map((api) => faults.watch(api, () => this.#sweepOne(api)));
    const freed = [...this.#abandoned].map(([nonce, api]) => this.#free(nonce, api));
    assertFulfilled(await Promise.allSettled([...swept, ...freed]));
  }

  async #free(nonce: string, api: string): Promise<void> {
    await this.#options.scripts.call('abandon', api, nonce);
    this.#abandoned.delete(nonce);
    this.#options.queued(api);
  }

  /** Looks whether Redis answers. Rejects unless it takes at least the ends of what it has. */
  async #look(): Promise<void> {
    const { link, notify, durability } = this.#options;
    const before = this.#refusal;
    const away = link.refusal;
    const refusal = away ?? (await refusalOfWrites(link));
    this.#refusal = refusal;
    this.#refusalOfWrites = away === null && refusal?.code !== 'PONS_ERR_REDIS_UNREACHABLE' ? refusal : null;
    if (refusal !== null && refusal.code !== before?.code) notify({ kind: 'away', error: refusal });
    if (refusal === null && before !== null) notify({ kind: 'back' });
    if (refusal !== null && refusal.code !== 'PONS_ERR_REDIS_FULL') throw refusal;
    await durability.look();
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

  async #poll(): Promise<void> {
    const { scripts, isListenedTo } = this.#options;
    await Promise.allSettled([...scripts.apis].filter(isListenedTo).map((api) => this.#pollOne(api)));
  }

  async #pollOne(api: string): Promise<void> {
    const { link, called } = this.#options;
    if (numberIn(await link.run('ZCARD', `${prefixOf(api)}queue`)) > 0) called(api);
  }
}
