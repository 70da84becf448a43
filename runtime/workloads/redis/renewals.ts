import type { LeaseRef } from '../store.ts';
import type { Held } from './held.ts';
import { listIn, textIn } from './replies.ts';
import type { Scripts } from './scripts.ts';

/** Renewals in one call. */
const BATCH = 500;

export interface RenewalsOptions {
  readonly scripts: Scripts;
  readonly held: Held;
  readonly leaseMs: number;
  readonly lost: (ref: LeaseRef) => void;
}

/** Keeps the leases of this process from lapsing: those of each API by themselves, so that a fault in one's data ends no lease of another. */
export class Renewals {
  readonly #options: RenewalsOptions;
  readonly #underWay = new Map<string, Promise<void>>();
  /** When the last renewal of an API began that went well. */
  readonly #renewedAt = new Map<string, number>();
  readonly #openedAt = performance.now();

  constructor(options: RenewalsOptions) {
    this.#options = options;
  }

  /** Renews what is held. What fails is tried again the next time. */
  async all(): Promise<void> {
    for (const api of this.#options.scripts.apis) await this.#renew(api).catch(() => undefined);
  }

  /**
   * To be awaited before anything of an API is leased: after an outage that no renewal came through, what runs here may be in the queue, and would be
   * leased and run a second time. Rejects where Redis is away.
   */
  async whereLate(api: string): Promise<void> {
    const renewedAt = this.#renewedAt.get(api) ?? this.#openedAt;
    if (performance.now() - renewedAt > this.#options.leaseMs / 2) await this.#renew(api);
  }

  /** Renews what is held of an API, once at a time. */
  #renew(api: string): Promise<void> {
    const underWay = this.#underWay.get(api);
    if (underWay !== undefined) return underWay;
    const renewing = this.#renewNow(api).finally(() => this.#underWay.delete(api));
    this.#underWay.set(api, renewing);
    return renewing;
  }

  async #renewNow(api: string): Promise<void> {
    const { held, scripts, leaseMs, lost } = this.#options;
    const begunAt = performance.now();
    const refs = held.of(api);
    for (let at = 0; at < refs.length; at += BATCH) {
      const batch = refs.slice(at, at + BATCH);
      const pairs = batch.flatMap(({ id, token }) => [id, token]);
      const ids = new Set(listIn(await scripts.call('renew', api, String(leaseMs), ...pairs)).map(textIn));
      for (const ref of batch) {
        // It may have ended in order while the call was under way.
        if (!ids.has(ref.id) || held.find(api, ref.id)?.token !== ref.token) continue;
        held.drop(ref);
        lost(ref);
      }
    }
    this.#renewedAt.set(api, begunAt);
  }
}
