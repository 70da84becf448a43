import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { isKnownError, KnownError } from '../errors/known-error.ts';
import { renderError } from '../errors/render.ts';
import type { ApiStatus } from '../gateway/served-api.ts';
import { HOLDS_MS, type Presence } from '../workloads/redis/presence.ts';

/** How often hosts say what they are doing, and look what others do. */
const EVERY_MS = 1000;

const NOBODY = { replicas: { requested: 0, ready: 0 }, processes: [] };
/** Redis was not to be asked yet. */
const UNHEARD: ApiStatus = { ...NOBODY, state: 'loading', reason: null };

/** What the pools of all processes that share a Redis are doing, by API: those of others as they last said. */
export class Hosts {
  readonly #presence: Presence;
  readonly #own: ReadonlyMap<string, () => ApiStatus>;
  readonly #apis: readonly string[];
  readonly #name = `${hostname()}-${process.pid}-${randomBytes(3).toString('hex')}`;
  readonly #others = new Map<string, readonly ApiStatus[]>();
  #timer: NodeJS.Timeout | null = null;
  #underWay: Promise<void> | null = null;

  /** @param own the pools of this process, by API; none where it has none */
  constructor(presence: Presence, apis: readonly string[], own: ReadonlyMap<string, () => ApiStatus>) {
    this.#presence = presence;
    this.#apis = apis;
    this.#own = own;
  }

  async open(): Promise<void> {
    const tell = (): void => {
      this.#underWay ??= this.#exchange().finally(() => {
        this.#underWay = null;
      });
    };
    tell();
    await this.#underWay;
    this.#timer = setInterval(tell, EVERY_MS);
  }

  /** Takes back what was said. */
  async close(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer);
    await this.#underWay;
    await Promise.allSettled([...this.#own.keys()].map((api) => this.#presence.leave(api, this.#name)));
  }

  /** The API as all of its hosts together serve it. */
  status(api: string): ApiStatus {
    const own = this.#own.get(api);
    const others = this.#others.get(api);
    if (own === undefined && others === undefined) return UNHEARD;
    return together(api, [...(own === undefined ? [] : [own()]), ...(others ?? [])]);
  }

  /** Each API by itself: what is wrong with the data of one keeps nobody from hearing of the others. */
  async #exchange(): Promise<void> {
    await Promise.allSettled(
      [...this.#own].map(([api, status]) => this.#presence.announce(api, this.#name, JSON.stringify(status()))),
    );
    await Promise.allSettled(this.#apis.map((api) => this.#hear(api)));
  }

  async #hear(api: string): Promise<void> {
    try {
      const said = [...(await this.#presence.hosts(api))].filter(([host]) => host !== this.#name);
      this.#others.set(
        api,
        said.map(([host, text]) => named(host, JSON.parse(text) as ApiStatus)),
      );
    } catch (error) {
      // Else Redis is away: what was said last is all there is to know.
      if (!isKnownError(error) || error.code !== 'PONS_ERR_REDIS_WRONG_TYPE') throw error;
      this.#others.set(api, [{ ...NOBODY, state: 'error', reason: renderError(error) }]);
    }
  }
}

/** Its processes with the name of their host before their own. */
function named(host: string, status: ApiStatus): ApiStatus {
  const processes = status.processes.map((one) => ({ ...one, replica: `${host}/${one.replica}` }));
  return { ...status, processes };
}

/** All hosts of one API as one. It is live where one of them is. */
export function together(api: string, all: readonly ApiStatus[]): ApiStatus {
  const chosen = (['live', 'loading', 'error', 'stopping'] as const)
    .map((state) => all.filter((one) => one.state === state))
    .map((alike) => alike.find(({ reason }) => reason !== null) ?? alike[0])
    .find((one) => one !== undefined);
  if (chosen === undefined) return unserved(api);
  const sum = (which: 'requested' | 'ready'): number => all.reduce((total, { replicas }) => total + replicas[which], 0);
  return {
    state: chosen.state,
    reason: chosen.reason,
    replicas: { requested: sum('requested'), ready: sum('ready') },
    processes: all.flatMap(({ processes }) => processes),
  };
}

function unserved(api: string): ApiStatus {
  const error = KnownError.of('PONS_ERR_REDIS_NO_HOST', { api, withinMs: HOLDS_MS });
  return { ...NOBODY, state: 'unserved', reason: renderError(error) };
}
