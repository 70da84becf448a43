import * as assert from 'uvu/assert';
import { ask } from './cast.ts';
import { until } from './until.ts';

/** What a client waits for its 503, in most cases: several processes take turns here on a machine that may have much else to do. */
const REFUSED_MS = 2000;
/** What it waits at most. */
export const ANSWER_MS = 8000;
/** After which everything has to work again by itself. That this is 5 s where nothing else is done is seen by the tests of the store alone. */
export const BACK_MS = 20_000;

/** For many submissions, each of which waits for a disk that others use too. */
const MANY_MS = 180_000;

/** Submits one workload after another until told to stop, and holds each answer to its rules. */
export class Submitter {
  readonly accepted: string[] = [];
  readonly #refusedMs: number[] = [];
  #stopped = false;
  readonly #url: string;
  readonly #done: Promise<void>;

  /** @param url of an API that gives back its payload */
  constructor(url: string) {
    this.#url = url;
    this.#done = this.#submit();
    // Told by whoever waits for it; nobody does where the test has failed before.
    this.#done.catch(() => undefined);
  }

  /** Waits until so many further ones were accepted. */
  async acceptedMore(count: number, deadlineMs = MANY_MS): Promise<void> {
    const before = this.accepted.length;
    await until(() => Promise.resolve(this.accepted.length >= before + count ? true : null), deadlineMs);
  }

  async refusedMore(count: number): Promise<void> {
    const before = this.refused;
    await until(() => Promise.resolve(this.refused >= before + count ? true : null));
  }

  /** To be called when a fault is over: what is submitted has to be accepted, and to end, soon. */
  async worksAgain(): Promise<void> {
    const begunAt = performance.now();
    await this.acceptedMore(1, BACK_MS);
    await this.#resultOf(this.accepted.at(-1) ?? '', BACK_MS - (performance.now() - begunAt));
  }

  /** Stops, and holds every workload that was accepted to its own result. */
  async allEndRight(): Promise<void> {
    await this.stop();
    for (const id of this.accepted) assert.equal(await this.#resultOf(id), { at: Number(id.slice(1)) });
    const { json } = await ask(this.#url);
    assert.equal((json['queue'] as { in_queue: number }).in_queue, 0);
  }

  /** How often it was. */
  get refused(): number {
    return this.#refusedMs.length;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#done;
    const median = this.#refusedMs.sort((one, other) => one - other)[this.#refusedMs.length >> 1] ?? 0;
    assert.ok(median < REFUSED_MS, `refusals took ${median} ms`);
  }

  async #resultOf(id: string, deadlineMs?: number): Promise<unknown> {
    return until(async () => {
      const { json } = await ask(`${this.#url}/${id}`);
      return json['status'] === 'completed' ? json['result'] : null;
    }, deadlineMs);
  }

  async #submit(): Promise<void> {
    for (let at = 0; !this.#stopped; at += 1) {
      const begun = performance.now();
      const { status, retryAfter } = await ask(this.#url, 'POST', `{"at": ${at}}`, `w${at}`);
      const tookMs = performance.now() - begun;
      assert.ok(tookMs < ANSWER_MS, `an answer of ${status} after ${tookMs} ms`);
      if (status === 200) this.accepted.push(`w${at}`);
      else {
        assert.equal([status, retryAfter], [503, '1']);
        this.#refusedMs.push(tookMs);
      }
    }
  }
}
