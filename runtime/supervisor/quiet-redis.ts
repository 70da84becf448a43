import { setTimeout as sleep } from 'node:timers/promises';
import { KnownError } from '../errors/known-error.ts';
import type { Presence } from '../workloads/redis/presence.ts';

/** Whoever serves an API is seen within this. */
const LOOK_MS = 3000;

/** A Redis that nobody serves from. */
export class QuietRedis {
  readonly #presence: Presence;
  readonly #address: string;
  readonly #tended: ReadonlyMap<string, string>;

  private constructor(presence: Presence, address: string, tended: ReadonlyMap<string, string>) {
    this.#presence = presence;
    this.#address = address;
    this.#tended = tended;
  }

  /** Looks for some seconds. Rejects with `PONS_ERR_MOVE_SERVED` where somebody serves one of the APIs, as `confirm` does, or with the abort. */
  static async find(
    presence: Presence,
    address: string,
    apis: readonly string[],
    signal: AbortSignal,
  ): Promise<QuietRedis> {
    const tended = new Map<string, string>();
    for (const api of apis) tended.set(api, await presence.tendedAt(api));
    const quiet = new QuietRedis(presence, address, tended);
    await sleep(LOOK_MS, undefined, { signal }).catch((error: unknown) => {
      throw signal.aborted ? signal.reason : error;
    });
    await quiet.confirm();
    return quiet;
  }

  /** Rejects with `PONS_ERR_MOVE_SERVED` where somebody has come since, with `PONS_ERR_MOVE_EMPTIED` where what was there has gone. */
  async confirm(): Promise<void> {
    const [served, emptied]: [string[], string[]] = [[], []];
    for (const [api, before] of this.#tended) {
      const now = await this.#presence.tendedAt(api);
      if (now !== before) (now === '' ? emptied : served).push(api);
    }
    if (emptied.length > 0) throw KnownError.of('PONS_ERR_MOVE_EMPTIED', { address: this.#address, apis: emptied });
    if (served.length === 0) return;
    // Those of one API cannot be read, say: that somebody serves is what has to be told.
    const said = await Promise.allSettled(served.map((api) => this.#presence.hosts(api)));
    const hosts = new Set(said.flatMap((one) => (one.status === 'fulfilled' ? [...one.value.keys()] : [])));
    throw KnownError.of('PONS_ERR_MOVE_SERVED', { address: this.#address, apis: served, hosts: [...hosts].sort() });
  }
}
