import { isKnownError, KnownError } from '../../errors/known-error.ts';
import type { RedisLink } from './link.ts';
import { bytesIn } from './replies.ts';

/*
 * A large result comes in many pieces, and the last may find no room where the first did. What was sent of it until then takes the room of requests, and
 * of the append-only file it takes the disk, each time that it is tried. So Redis is asked for the room before anything is sent.
 */

/** What a piece takes in Redis, at most, for each byte of it. Source: the size classes of jemalloc(3), four to each doubling */
const GROSS = 1.25;
/** Left to what else comes meanwhile, and to the commands that bring the pieces. */
const ASIDE_BYTES = 512 * 1024;
/** For how long an answer that is too small is not asked for anew: many results may wait, and each tries again and again. */
const KNOWN_MS = 500;
/** How long results are held back after one that found no room all the same: somebody else was faster. Twice as long each further time. */
const BACK_OFF_MS = 1000;
const MAX_BACK_OFF_MS = 16_000;
/** For how long a limit has to stay as it is before results fail by it: somebody may be changing it, or have mistyped it. */
const PATIENCE_MS = 60_000;

interface ResultRoomOptions {
  readonly patienceMs?: number | undefined;
  /** In ms, on a clock of its own. */
  readonly now?: () => number;
}

type Link = Pick<RedisLink, 'address' | 'run'>;

interface Failure {
  readonly neededBytes: number;
  readonly backOffMs: number;
  readonly until: number;
}

/** Lets large results into Redis as far as there is room for the whole of each. Small ones need not ask. */
export class ResultRoom {
  readonly #link: Link;
  readonly #patienceMs: number;
  readonly #now: () => number;
  /** Of what is being sent. */
  #promisedBytes = 0;
  #seen = { freeBytes: Infinity, limitBytes: Infinity, at: -Infinity };
  /** Since when the limit is seen to be what it is. */
  #limitedAt = -Infinity;
  #asking: Promise<void> | null = null;
  #failure: Failure | null = null;

  constructor(link: Link, { patienceMs, now }: ResultRoomOptions = {}) {
    this.#link = link;
    this.#patienceMs = patienceMs ?? PATIENCE_MS;
    this.#now = now ?? (() => performance.now());
  }

  /**
   * Does what sends a result of so many bytes. Rejects with `PONS_ERR_REDIS_NO_ROOM` where there is no room for it, before or while it is sent, and with
   * `PONS_ERR_REDIS_RESULT_TOO_LARGE` where there can be none, and that has been so for a while.
   */
  async pass<T>(sizeBytes: number, send: () => Promise<T>): Promise<T> {
    const neededBytes = Math.ceil(sizeBytes * GROSS) + ASIDE_BYTES;
    if (this.#isHeldBack(neededBytes) || !(await this.#claim(neededBytes))) throw this.#noRoom(sizeBytes, neededBytes);
    try {
      const sent = await send();
      this.#failure = null;
      return sent;
    } catch (error) {
      if (!isKnownError(error) || error.code !== 'PONS_ERR_REDIS_FULL') throw error;
      this.#holdBack(neededBytes);
      throw this.#noRoom(sizeBytes, neededBytes);
    } finally {
      this.#promisedBytes -= neededBytes;
    }
  }

  #isHeldBack(neededBytes: number): boolean {
    // What can never fit fails for good, so that the limit is asked for anew.
    if (this.#failure === null || neededBytes > this.#seen.limitBytes) return false;
    return neededBytes >= this.#failure.neededBytes && this.#now() < this.#failure.until;
  }

  /** Resolves to whether so much is free; it is promised to the caller then. */
  async #claim(neededBytes: number): Promise<boolean> {
    const fits = (): boolean => this.#promisedBytes + neededBytes <= this.#seen.freeBytes;
    if (!fits() && this.#now() - this.#seen.at < KNOWN_MS) return false;
    // Those that come together share an answer: a later one would count what is sent of the first of them a second time.
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = null;
    });
    await this.#asking;
    // In one step: others wait for the same answer.
    if (!fits()) return false;
    this.#promisedBytes += neededBytes;
    return true;
  }

  async #ask(): Promise<void> {
    const before = this.#seen.limitBytes;
    this.#seen = { ...(await memoryOf(this.#link)), at: this.#now() };
    if (this.#seen.limitBytes !== before) this.#limitedAt = this.#seen.at;
  }

  #holdBack(neededBytes: number): void {
    const backOffMs = Math.min((this.#failure?.backOffMs ?? BACK_OFF_MS / 2) * 2, MAX_BACK_OFF_MS);
    // Not all hosts at the same moment again.
    this.#failure = { neededBytes, backOffMs, until: this.#now() + backOffMs * (0.5 + Math.random()) };
  }

  #noRoom(sizeBytes: number, neededBytes: number): KnownError {
    const [address, { limitBytes }, patienceMs] = [this.#link.address.shown, this.#seen, this.#patienceMs];
    if (neededBytes <= limitBytes) {
      return KnownError.of('PONS_ERR_REDIS_NO_ROOM', { address, sizeBytes, never: null });
    }
    if (this.#seen.at - this.#limitedAt < patienceMs) {
      return KnownError.of('PONS_ERR_REDIS_NO_ROOM', { address, sizeBytes, never: { neededBytes, patienceMs } });
    }
    return KnownError.of('PONS_ERR_REDIS_RESULT_TOO_LARGE', { address, sizeBytes, neededBytes, limitBytes });
  }
}

/** How much Redis would still take, and how much it may hold; both without end where it says of no limit. */
async function memoryOf(link: Link): Promise<{ readonly freeBytes: number; readonly limitBytes: number }> {
  const info = bytesIn(await link.run('INFO', 'memory')).toString();
  const [used, uncounted, limit] = ['used_memory', 'mem_not_counted_for_evict', 'maxmemory'].map((name) =>
    Number(new RegExp(`^${name}:(\\d+)`, 'm').exec(info)?.[1] ?? '0'),
  ) as [number, number, number];
  if (limit === 0) return { freeBytes: Infinity, limitBytes: Infinity };
  return { freeBytes: limit - (used - uncounted), limitBytes: limit };
}
