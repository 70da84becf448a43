import { setTimeout as sleep } from 'node:timers/promises';
import { KnownError } from '../../errors/known-error.ts';
import { aborted } from '../../processes/aborted.ts';
import { blobProblem, type BlobPlace, type Right } from './problem.ts';

/*
 * Whoever asks must be answered soon, whatever has become of S3. A large body may be on its way for minutes, so no deadline tells a slow server from a
 * dead one: while a request has heard nothing for a moment, the server is asked for something small. One that does not manage that is away: what is
 * under way is given up, and further requests are refused at once, until it manages it again.
 */

/** How long a request may hear nothing before the server is asked for something small. */
const SILENCE_MS = 1000;
const WATCH_MS = 100;
/** For something small, all of it. */
const PROBE_MS = 2000;
/** Between two questions: while a request is silent, and while the server is away. */
const BETWEEN_MS = 1000;

/** One request, or several for one body, from its begin to its end. */
export interface Visit {
  /** Aborted when the server is away. */
  readonly signal: AbortSignal;
  /** Something has come or gone. */
  heard(): void;
  /** Nothing is expected of the server until something is heard again: whoever reads is slow. */
  rest(): void;
}

export interface LinkOptions {
  readonly place: BlobPlace;
  /** Stores and reads something small. Rejects with an error of the area PAYLOADS. */
  readonly probe: (signal: AbortSignal) => Promise<void>;
  readonly onAway: (error: KnownError) => void;
  readonly onBack: () => void;
}

interface OpenVisit extends Visit {
  readonly controller: AbortController;
  heardAt: number;
}

/** Knows whether a bucket can be used. */
export class BlobLink {
  readonly #options: LinkOptions;
  readonly #visits = new Set<OpenVisit>();
  readonly #closed = new AbortController();
  #refusal: KnownError | null = null;
  #probing: Promise<void> | null = null;
  #probedAt = -Infinity;
  #watch: NodeJS.Timeout | null = null;
  #recovering: Promise<void> = Promise.resolve();

  constructor(options: LinkOptions) {
    this.#options = options;
  }

  /** Why requests are refused now; null while they are sent. */
  get refusal(): KnownError | null {
    return this.#closed.signal.aborted ? this.#closing() : this.#refusal;
  }

  /** Does something at the server. Rejects with an error of the area PAYLOADS, or what `act` throws of the table. */
  async visit<T>(right: Right, act: (visit: Visit) => Promise<T>): Promise<T> {
    const { visit, leave } = this.enter();
    try {
      return await Promise.race([act(visit), givenUp(visit.signal)]);
    } catch (error) {
      throw await this.judge(error, right);
    } finally {
      leave();
    }
  }

  /** For what lasts longer than a call: `leave` has to be called at its end. Throws where the server is away. */
  enter(): { readonly visit: Visit; readonly leave: () => void } {
    const { refusal } = this;
    if (refusal !== null) throw refusal;
    const controller = new AbortController();
    const visit: OpenVisit = {
      controller,
      signal: controller.signal,
      heardAt: performance.now(),
      heard: () => {
        visit.heardAt = performance.now();
      },
      rest: () => {
        visit.heardAt = Infinity;
      },
    };
    this.#visits.add(visit);
    this.#watch ??= setInterval(() => {
      this.#look();
    }, WATCH_MS);
    return {
      visit,
      leave: () => {
        this.#visits.delete(visit);
        if (this.#visits.size > 0 || this.#watch === null) return;
        clearInterval(this.#watch);
        this.#watch = null;
      },
    };
  }

  /**
   * What to tell of an error, once it is known whether it is one of the server as a whole.
   * @param alone what to tell where the server is well, if that is something else
   */
  async judge(error: unknown, right: Right, alone: KnownError | null = null): Promise<KnownError> {
    if (this.refusal !== null) return this.refusal;
    const known = blobProblem(error, right, this.#options.place);
    if (isOfServer(known)) {
      // One that is under way may have been answered before the error came to be.
      await this.#probing;
      if (this.#current() === null) await this.#ask();
    }
    return this.#current() ?? alone ?? known;
  }

  async close(): Promise<void> {
    this.#closed.abort();
    for (const { controller } of this.#visits) controller.abort();
    if (this.#watch !== null) clearInterval(this.#watch);
    await this.#probing;
    await this.#recovering;
  }

  /** A method, since the type checker takes what it has seen null once for null after a wait too. */
  #current(): KnownError | null {
    return this.refusal;
  }

  #look(): void {
    const now = performance.now();
    const isSilent = [...this.#visits].some(({ heardAt }) => now - heardAt > SILENCE_MS);
    if (isSilent && now - this.#probedAt > BETWEEN_MS) void this.#ask();
  }

  /** Resolves when it is known whether the server is away. */
  #ask(): Promise<void> {
    this.#probing ??= this.#probe()
      .then((error) => {
        if (error !== null && this.refusal === null) this.#isAway(error);
      })
      .finally(() => {
        this.#probing = null;
        this.#probedAt = performance.now();
      });
    return this.#probing;
  }

  async #probe(): Promise<KnownError | null> {
    const timeUp = AbortSignal.timeout(PROBE_MS);
    const signal = AbortSignal.any([timeUp, this.#closed.signal]);
    try {
      await Promise.race([this.#options.probe(signal), givenUp(signal)]);
      return null;
    } catch (error) {
      const silence = new Error(`it has not stored and read a few bytes within ${PROBE_MS / 1000} s`);
      return blobProblem(timeUp.aborted ? silence : error, 's3:PutObject', this.#options.place);
    }
  }

  #isAway(error: KnownError): void {
    this.#refusal = error;
    for (const { controller } of this.#visits) controller.abort();
    this.#options.onAway(error);
    this.#recovering = this.#recover();
  }

  async #recover(): Promise<void> {
    const { signal } = this.#closed;
    for (;;) {
      await sleep(BETWEEN_MS, undefined, { signal }).catch(() => undefined);
      if (signal.aborted) return;
      const error = await this.#probe();
      if (error === null) break;
      this.#refusal = error;
    }
    this.#refusal = null;
    this.#options.onBack();
  }

  #closing(): KnownError {
    return KnownError.of('PONS_ERR_STORE_CLOSED', { path: this.#options.place.location.shown });
  }
}

/** Whether it may concern all that is asked of the server. */
function isOfServer({ code }: KnownError): boolean {
  return code.startsWith('PONS_ERR_PAYLOADS_') && code !== 'PONS_ERR_PAYLOADS_DAMAGED';
}

/** Rejects when it is aborted, and never resolves. */
async function givenUp(signal: AbortSignal): Promise<never> {
  await aborted(signal);
  throw new Error('it was given up');
}
