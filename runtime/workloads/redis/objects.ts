import { KnownError } from '../../errors/known-error.ts';
import { messageOf } from '../../errors/render.ts';
import type { Bucket } from '../blobs/bucket.ts';
import type { Content } from '../blobs/content.ts';
import { newReference } from '../blobs/location.ts';
import type { RedisLink } from './link.ts';
import { repeat } from './repeat.ts';
import { listIn, textIn } from './replies.ts';
import type { Scripts } from './scripts.ts';

/*
 * An object of a bucket is noted in Redis before its first byte is sent, and forgotten after it was taken away: whoever is killed in between leaves a
 * note by which others find it. Only what is noted, and nobody was told to take away, can come into a record.
 */

/** For so long an upload may say nothing of itself; after that nothing refers to it any more. */
export const UPLOAD_MS = 15 * 60 * 1000;
/** So much later an upload that was cut off has come to an end at the server too, and what came of it can be taken away. */
const UNSURE_MS = 60 * 1000;
/** How often an upload says that it goes on. */
const NOTE_MS = 60 * 1000;
/** After so long somebody else takes away what one was told to. */
const CLAIM_MS = 60 * 1000;
/** How many are taken away in one go, and how many of them at once. */
const BATCH = 200;
const AT_ONCE = 8;
const SWEEP_MS = 1000;
/** The set of the APIs that have objects, and how often it is looked into. */
const LIST = 'pons:objects';
const LIST_MS = 60 * 1000;

/** Large bodies in a bucket, and what Redis knows of them. */
export class Objects {
  readonly bucket: Bucket;
  readonly #link: RedisLink;
  readonly #scripts: Scripts;
  readonly #warn: (text: string) => void;
  /** APIs that others need not be told of. */
  readonly #listed = new Set<string>();
  #foundAt = -Infinity;
  #found: readonly string[] = [];
  #stop: () => Promise<void> = () => Promise.resolve();
  #warnedOf = '';

  constructor(bucket: Bucket, link: RedisLink, scripts: Scripts, warn: (text: string) => void) {
    this.bucket = bucket;
    this.#link = link;
    this.#scripts = scripts;
    this.#warn = warn;
  }

  /** From now on takes away what nothing refers to any more. */
  start(): void {
    this.#stop = repeat(SWEEP_MS, () => this.#sweepAll());
  }

  async close(): Promise<void> {
    await this.#stop();
    await this.bucket.close();
  }

  /**
   * Stores a body in the bucket and resolves to its reference. Rejects with an error of the area PAYLOADS, `PONS_ERR_PAYLOADS_ELSEWHERE` where others keep the
   * bodies of the API in another place, or with one of the area REDIS.
   * @param isResult it is stored also while the memory of Redis is full
   */
  async place(api: string, id: string, content: Content, isResult: boolean): Promise<string> {
    const { refusal } = this.bucket;
    if (refusal !== null) throw refusal;
    const reference = newReference(this.bucket.location, api, id);
    await this.#list(api);
    await this.#note(api, reference, true, isResult);
    let notedAt = performance.now();
    const goesOn = async (): Promise<void> => {
      if (performance.now() - notedAt < NOTE_MS) return;
      await this.#note(api, reference, false, isResult);
      notedAt = performance.now();
    };
    try {
      await this.bucket.put(reference, content, goesOn);
    } catch (error) {
      await this.#release(api, reference, UNSURE_MS);
      throw error;
    }
    return reference;
  }

  /** Has an object taken away that nothing refers to. That happens by itself, only later, where Redis cannot be told. */
  async withdraw(api: string, reference: string): Promise<void> {
    await this.#release(api, reference, 0);
  }

  async #sweepAll(): Promise<void> {
    if (this.#isAnyAway()) return;
    const apis = new Set([...this.#scripts.apis, ...(await this.#others())]);
    const sweeps = await Promise.allSettled([...apis].map((api) => this.#sweep(api)));
    await this.bucket.tidy().catch(() => undefined);
    const failed = sweeps.find((one) => one.status === 'rejected')?.reason as unknown;
    // That one of both is away is told elsewhere.
    const text = failed === undefined || this.#isAnyAway() ? '' : messageOf(failed);
    if (text !== '' && text !== this.#warnedOf) this.#warn(`what is no longer needed could not be taken away: ${text}`);
    this.#warnedOf = text;
  }

  #isAnyAway(): boolean {
    return this.bucket.refusal !== null || this.#link.refusal !== null;
  }

  /** Says that an API has objects: it may be in no project any more when they are to be taken away. */
  async #list(api: string): Promise<void> {
    if (this.#listed.has(api)) return;
    // Where memory is full it is said another time.
    await this.#link.run('SADD', LIST, api).then(
      () => this.#listed.add(api),
      () => undefined,
    );
  }

  /** APIs that anybody has said to have objects. */
  async #others(): Promise<readonly string[]> {
    if (performance.now() - this.#foundAt < LIST_MS) return this.#found;
    this.#found = listIn(await this.#link.run('SMEMBERS', LIST)).map(textIn);
    this.#foundAt = performance.now();
    return this.#found;
  }

  async #sweep(api: string): Promise<void> {
    const { base } = this.bucket.location;
    const settings = [base, CLAIM_MS, BATCH].map(String);
    const due = listIn(await this.#scripts.callAside('objects-due', api, ...settings)).map(textIn);
    for (let at = 0; at < due.length; at += AT_ONCE) {
      const some = due.slice(at, at + AT_ONCE);
      await Promise.all(some.map((reference) => this.bucket.remove(reference)));
      await this.#scripts.callAside('objects-gone', api, ...some);
    }
  }

  async #release(api: string, reference: string, delayMs: number): Promise<void> {
    await this.#scripts.call('object-release', api, reference, String(delayMs)).catch(() => undefined);
  }

  async #note(api: string, reference: string, isNew: boolean, isResult: boolean): Promise<void> {
    const { shown } = this.bucket.location;
    const flags = [isNew, isResult].map((flag) => (flag ? '1' : '0'));
    const answer = textIn(await this.#scripts.call('object-note', api, reference, shown, String(UPLOAD_MS), ...flags));
    if (answer === 'gone') throw uploadLost(this.#link);
    if (answer !== '') throw KnownError.of('PONS_ERR_PAYLOADS_ELSEWHERE', { api, there: answer, given: shown });
  }
}

function uploadLost({ address }: RedisLink): KnownError {
  const reason = 'it has given up the upload meanwhile';
  return KnownError.of('PONS_ERR_REDIS_UNREACHABLE', { address: address.shown, reason });
}
