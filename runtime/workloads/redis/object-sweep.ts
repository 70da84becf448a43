import { messageOf } from '../../errors/render.ts';
import type { Bucket } from '../blobs/bucket.ts';
import type { RedisLink } from './link.ts';
import { APIS_WITH_OBJECTS } from './objects.ts';
import { repeat } from './repeat.ts';
import { listIn, textIn } from './replies.ts';
import type { Scripts } from './scripts.ts';

const SWEEP_MS = 1000;
/** After so long somebody else takes away what one was told to. */
const CLAIM_MS = 60 * 1000;
/** How many are taken away in one go, and how many of them at once. */
const BATCH = 200;
const AT_ONCE = 8;
/** How often it is asked which APIs have objects. */
const LIST_MS = 60 * 1000;

export interface ObjectSweepOptions {
  readonly bucket: Bucket;
  readonly link: RedisLink;
  readonly scripts: Scripts;
  readonly warn: (text: string) => void;
  /** How long an object is kept after nothing refers to it any more. */
  readonly graceMs: number;
}

/** Takes away the objects that nothing refers to any more, again and again. */
export class ObjectSweep {
  readonly #bucket: Bucket;
  readonly #link: RedisLink;
  readonly #scripts: Scripts;
  readonly #warn: (text: string) => void;
  readonly #graceMs: number;
  #askedAt = -Infinity;
  #others: readonly string[] = [];
  #warnedOf = '';
  #stop: () => Promise<void> = () => Promise.resolve();

  constructor({ bucket, link, scripts, warn, graceMs }: ObjectSweepOptions) {
    this.#bucket = bucket;
    this.#link = link;
    this.#scripts = scripts;
    this.#warn = warn;
    this.#graceMs = graceMs;
  }

  start(): void {
    this.#stop = repeat(SWEEP_MS, () => this.#sweepAll());
  }

  /** Resolves when nothing of it is under way. */
  async stop(): Promise<void> {
    await this.#stop();
  }

  async #sweepAll(): Promise<void> {
    if (this.#isAnyAway()) return;
    await this.#ask();
    const apis = new Set([...this.#scripts.apis, ...this.#others]);
    const sweeps = await Promise.allSettled([...apis].map((api) => this.#sweep(api)));
    await this.#bucket.tidy().catch(() => undefined);
    const failed = sweeps.find((one) => one.status === 'rejected')?.reason as unknown;
    // That one of both is away is told elsewhere.
    const text = failed === undefined || this.#isAnyAway() ? '' : messageOf(failed);
    if (text !== '' && text !== this.#warnedOf) this.#warn(`what is no longer needed could not be taken away: ${text}`);
    this.#warnedOf = text;
  }

  /** An API may be in no project any more when what it has stored is to be taken away. */
  async #ask(): Promise<void> {
    if (performance.now() - this.#askedAt < LIST_MS) return;
    this.#others = listIn(await this.#link.run('SMEMBERS', APIS_WITH_OBJECTS)).map(textIn);
    this.#askedAt = performance.now();
  }

  async #sweep(api: string): Promise<void> {
    const settings = [this.#bucket.location.base, CLAIM_MS, BATCH, this.#graceMs].map(String);
    const due = listIn(await this.#scripts.callAside('objects-due', api, ...settings)).map(textIn);
    const faults: unknown[] = [];
    for (let at = 0; at < due.length && !this.#isAnyAway(); at += AT_ONCE) {
      const some = due.slice(at, at + AT_ONCE);
      const removals = await Promise.allSettled(some.map((reference) => this.#bucket.remove(reference)));
      const gone = some.filter((_, index) => removals[index]?.status === 'fulfilled');
      for (const one of removals) if (one.status === 'rejected') faults.push(one.reason);
      if (gone.length > 0) await this.#scripts.callAside('objects-gone', api, ...gone);
    }
    // One that cannot be taken away holds up no other.
    if (faults.length > 0) throw faults[0];
  }

  #isAnyAway(): boolean {
    return this.#bucket.refusal !== null || this.#link.refusal !== null;
  }
}
