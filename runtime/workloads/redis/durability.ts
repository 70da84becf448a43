import type { ErrorCode } from '../../errors/catalog.ts';
import { isKnownError, type KnownError } from '../../errors/known-error.ts';
import { checkServer } from './checks.ts';
import type { RedisLink } from './link.ts';

/** Somebody may change a setting at any time, or start Redis anew with others: a new connection tells of the latter only. */
const EVERY_MS = 60_000;
/** What is said of settings; whatever else a look comes to is told by those who need what they do not get. */
const OF_SETTINGS: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'PONS_ERR_REDIS_VERSION',
  'PONS_ERR_REDIS_CLUSTER',
  'PONS_ERR_REDIS_NOT_DURABLE',
  'PONS_ERR_REDIS_EVICTION',
]);

export type DurabilityNotice =
  | { readonly kind: 'warning'; readonly text: string }
  /** With this setting Redis can lose workloads: a start would be refused. */
  | { readonly kind: 'unsafe'; readonly error: KnownError }
  | { readonly kind: 'safe' };

interface DurabilityOptions {
  readonly link: Pick<RedisLink, 'address' | 'run' | 'connections'>;
  readonly notify: (notice: DurabilityNotice) => void;
  readonly everyMs?: number | undefined;
}

/** Whether a Redis can be trusted with workloads: at the start, and from then on. */
export class Durability {
  readonly #options: DurabilityOptions;
  /** What it was warned of last, which is said once. */
  #warnings: readonly string[] = [];
  #fault: KnownError | null = null;
  /** The connection on which it was looked at last, and when. */
  #looked = { connections: 0, at: Number.NEGATIVE_INFINITY };

  constructor(options: DurabilityOptions) {
    this.#options = options;
  }

  /** Why nothing that Redis takes is safe; null where it is, as far as is known. */
  get refusal(): KnownError | null {
    return this.#fault?.code === 'PONS_ERR_REDIS_NOT_DURABLE' ? this.#fault : null;
  }

  /** Looks for the first time. Rejects as `checkServer` does. */
  async assert(): Promise<void> {
    const { connections } = this.#options.link;
    this.#warn(await checkServer(this.#options.link));
    this.#looked = { connections, at: performance.now() };
  }

  /**
   * Looks where the connection is new, something was amiss or it is time, and tells of what has changed; to be called every second or so. Where Redis does not
   * say, it is asked again the next time.
   */
  async look(): Promise<void> {
    const { link, everyMs = EVERY_MS } = this.#options;
    const { connections } = link;
    const isKnown = this.#fault === null && connections === this.#looked.connections;
    if (isKnown && performance.now() - this.#looked.at < everyMs) return;
    try {
      const warnings = await checkServer(link);
      this.#settle(null);
      this.#warn(warnings);
    } catch (error) {
      if (!isKnownError(error) || !OF_SETTINGS.has(error.code)) return;
      this.#settle(error);
    }
    this.#looked = { connections, at: performance.now() };
  }

  #settle(fault: KnownError | null): void {
    const before = this.#fault;
    this.#fault = fault;
    if (fault !== null && fault.message !== before?.message) this.#options.notify({ kind: 'unsafe', error: fault });
    if (fault === null && before !== null) this.#options.notify({ kind: 'safe' });
  }

  #warn(warnings: readonly string[]): void {
    const before = this.#warnings;
    this.#warnings = warnings;
    for (const text of warnings) if (!before.includes(text)) this.#options.notify({ kind: 'warning', text });
  }
}
