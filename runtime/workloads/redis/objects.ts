import { KnownError } from '../../errors/known-error.ts';
import type { Bucket } from '../blobs/bucket.ts';
import type { Content } from '../blobs/content.ts';
import { newReference } from '../blobs/location.ts';
import { leaveMark } from './mark.ts';
import type { RedisLink } from './link.ts';
import { textIn } from './replies.ts';
import type { Scripts } from './scripts.ts';
import { bodyLost, UPLOAD_MS } from './under-way.ts';

/*
 * An object of a bucket is noted in Redis before its first byte is sent, and forgotten after it was taken away: whoever is killed in between leaves a
 * note by which others find it. Only what is noted, and nobody was told to take away, can come into a record.
 */

/** So much later an upload that was cut off has come to an end at the server too, and what came of it can be taken away. */
const UNSURE_MS = 60 * 1000;
/** How often an upload says that it goes on. */
const NOTE_MS = 60 * 1000;
/** The set of the APIs that have objects. */
export const APIS_WITH_OBJECTS = 'pons:objects';

/** Large bodies in a bucket, and the notes of them in Redis. */
export class Objects {
  readonly bucket: Bucket;
  readonly #link: RedisLink;
  readonly #scripts: Scripts;
  /** APIs that others need not be told of. */
  readonly #listed = new Set<string>();
  /** APIs of which a mark is there, or on its way. */
  readonly #marks = new Map<string, Promise<void>>();

  constructor(bucket: Bucket, link: RedisLink, scripts: Scripts) {
    this.bucket = bucket;
    this.#link = link;
    this.#scripts = scripts;
  }

  /**
   * Stores a body in the bucket and resolves to its reference. Rejects with an error of the area PAYLOADS, `PONS_ERR_PAYLOADS_ELSEWHERE` where others keep the
   * bodies of the API in another place, or with one of the area REDIS.
   * @param isResult it is stored also while the memory of Redis is full
   */
  async place(api: string, id: string, content: Content, isResult: boolean): Promise<string> {
    const { refusal } = this.bucket;
    if (refusal !== null) throw refusal;
    const reference = newReference(this.bucket.location, api, id, content.sha256);
    await this.#list(api);
    await this.#note(api, reference, true, isResult);
    await this.#mark(api);
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

  /** Redis lost what it was told of an API: it is told again with the next body. */
  forget(api: string): void {
    this.#listed.delete(api);
    this.#marks.delete(api);
  }

  /** Says that an API has objects: it may be in no project any more when they are to be taken away. */
  async #list(api: string): Promise<void> {
    if (this.#listed.has(api)) return;
    // Where memory is full it is said another time.
    await this.#link.run('SADD', APIS_WITH_OBJECTS, api).then(
      () => this.#listed.add(api),
      () => undefined,
    );
  }

  /** Where none can be left, another body does it; whether the bucket can be used at all shows with this one. */
  async #mark(api: string): Promise<void> {
    const mark = this.#marks.get(api) ?? leaveMark(this.bucket, this.#link, this.#scripts, api);
    this.#marks.set(api, mark);
    await mark.catch(() => this.#marks.delete(api));
  }

  async #release(api: string, reference: string, delayMs: number): Promise<void> {
    await this.#scripts.call('object-release', api, reference, String(delayMs)).catch(() => undefined);
  }

  async #note(api: string, reference: string, isNew: boolean, isResult: boolean): Promise<void> {
    const { shown } = this.bucket.location;
    const flags = [isNew, isResult].map((flag) => (flag ? '1' : '0'));
    const answer = textIn(await this.#scripts.call('object-note', api, reference, shown, String(UPLOAD_MS), ...flags));
    if (answer === 'gone') throw bodyLost(this.#link);
    if (answer !== '') throw KnownError.of('PONS_ERR_PAYLOADS_ELSEWHERE', { api, there: answer, given: shown });
  }
}
