/**
 * Hazard: the library keeps the memory of a model's largest run. One that asked for more than there is leaves worse: the next one takes all addresses that the system
 * gives, so that this process can start no other, or each one fails from then on. What the library offers against it, an option of a run, cannot be given from Node;
 * without its arena, models with many large tensors take up to three times as long. Remedy: the model is loaded anew, which takes less than a large run, and only then.
 * Source: core/framework/bfc_arena.cc of onnxruntime 1.30
 */

import type { TakenMemory } from './taken-memory.ts';
import { saysTooLittleMemory } from './too-little-memory.ts';

/** What may be kept of a run. */
const KEPT_BYTES = 256 * 1024 * 1024;
/** Nothing takes that much in less. */
const LARGE_RUN_MS = 10;
/** A run of this part of the time of a large one is perhaps as large: it takes less where the memory is there already. */
const LARGE_PART = 1 / 4;

/** Sees how much memory the runs of one model take, and has it given back when they no longer need it. */
export class RunMemory {
  readonly #giveBack: () => boolean;
  readonly #keepMs: number;
  readonly #taken: TakenMemory;
  /** What had been taken when the run began, in bytes; null where it could not be told. */
  #before: number | null = null;
  #startedAt = 0;
  /** How long the large run took whose memory is kept; null where none is. */
  #largeMs: number | null = null;
  #lastLargeAt = 0;
  #timer: NodeJS.Timeout | null = null;
  /** Whether memory is to be given back before the next run. */
  #isDue = false;

  /**
   * @param giveBack is called between two runs, and returns whether it could be done. Not to throw
   * @param keepMs how long memory is kept after the last run that needed it
   */
  constructor(giveBack: () => boolean, keepMs: number, taken: TakenMemory) {
    this.#giveBack = giveBack;
    this.#keepMs = keepMs;
    this.#taken = taken;
  }

  /** To be called right before a run. */
  begin(): void {
    this.#taken.settle();
    if (this.#isDue) this.#renew();
    this.#startedAt = performance.now();
    this.#before = this.#taken.known(this.#startedAt);
  }

  /** To be called where the run that begins has had to load its model: that is not to be put down to it, and nothing of earlier ones is left. */
  loadedAgain(): void {
    this.stop();
    this.#largeMs = null;
    this.begin();
  }

  /** To be called right after it, with what it failed by, else null. */
  end(failure: unknown): void {
    const now = performance.now();
    const tookMs = now - this.#startedAt;
    if (this.#largeMs !== null && tookMs >= this.#largeMs * LARGE_PART) this.#lastLargeAt = now;
    if (failure !== null && isForSize(failure)) this.#giveBackSoon();
    else if (tookMs >= LARGE_RUN_MS) this.#seeSoon(tookMs, failure !== null);
  }

  /** Nothing is given back after this. */
  stop(): void {
    this.#isDue = false;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  #seeSoon(tookMs: number, hasFailed: boolean): void {
    const before = this.#before;
    this.#taken.tellSoon((after) => {
      if (before === null || after === null || after - before <= KEPT_BYTES) return;
      if (hasFailed) {
        this.#giveBackSoon();
        return;
      }
      this.#lastLargeAt = performance.now();
      this.#largeMs = tookMs;
      this.#wait(this.#keepMs);
    });
  }

  /** Before the next run, but not before whoever called is answered. */
  #giveBackSoon(): void {
    this.#isDue = true;
    setImmediate(() => {
      if (this.#isDue) this.#renew();
    });
  }

  #wait(ms: number): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      const restMs = this.#lastLargeAt + this.#keepMs - performance.now();
      if (restMs > 0) this.#wait(restMs);
      else this.#renew();
    }, ms).unref();
  }

  #renew(): void {
    this.stop();
    if (this.#giveBack()) this.#largeMs = null;
    else this.#wait(this.#keepMs);
  }
}

/** Whether a run failed since it asked for more memory than there is, also where the sizes themselves run over. */
function isForSize(failure: unknown): boolean {
  return saysTooLittleMemory(failure) || (failure instanceof Error && /integer overflow/i.test(failure.message));
}
