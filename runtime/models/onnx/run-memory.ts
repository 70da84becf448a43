/**
 * Hazard: the library keeps the memory of a model's largest run. One that asked for more than there is leaves worse: the next one takes all addresses that the system
 * gives, so that this process can start no other, or each one fails from then on. What the library offers against it, an option of a run, cannot be given from Node;
 * without its arena, models with many large tensors take up to three times as long. Remedy: the model is loaded anew, which takes less than a large run, and only then.
 * Source: core/framework/bfc_arena.cc of onnxruntime 1.30
 */

import { takenBytes } from './taken-memory.ts';

/** What may be kept of a run. */
const KEPT_BYTES = 256 * 1024 * 1024;
/** Nothing takes that much in less. */
const LARGE_RUN_MS = 10;
/** A run of this part of the time of a large one is perhaps as large: it takes less where the memory is there already. */
const LARGE_PART = 1 / 4;
/** To ask for the memory of this process costs more than the smallest run: what is known is good for so long. */
const FRESH_MS = 1000;
/** How long a look may wait that is felt where calls follow each other. */
const LOOK_MS = 250;

/** What was last asked on this thread, and the look that is due: the memory is that of all its models together, and what one takes is not to be put down to another. */
const known: { bytes: number; askedAt: number; look: (() => void) | null } = {
  bytes: 0,
  askedAt: -Infinity,
  look: null,
};

/** Sees how much memory the runs of one model take, and has it given back when they no longer need it. */
export class RunMemory {
  readonly #giveBack: () => boolean;
  readonly #keepMs: number;
  #startedAt = 0;
  /** Of the last run; null where it did not fail. */
  #failure: unknown = null;
  /** How long the large run took whose memory is kept; null where none is. */
  #largeMs: number | null = null;
  #lastLargeAt = 0;
  #timer: NodeJS.Timeout | null = null;
  /** How long the longest run took that the next look is for. */
  #longestMs = 0;
  #endedAt = 0;
  /** Sees what the runs since `before` have taken, where one of them has to be looked at. */
  #look: (() => void) | null = null;

  /**
   * @param giveBack is called between two runs, and returns whether it could be done. Not to throw
   * @param keepMs how long memory is kept after the last run that needed it
   */
  constructor(giveBack: () => boolean, keepMs: number) {
    this.#giveBack = giveBack;
    this.#keepMs = keepMs;
    // The model has just been loaded.
    known.askedAt = -Infinity;
  }

  /** To be called right before a run. */
  begin(): void {
    // What was taken by another model, or left by a failure, is not to be put down to this run.
    if (known.look !== null && known.look !== this.#look) known.look();
    if (this.#failure !== null) this.#look?.();
    this.#startedAt = performance.now();
    if (this.#look === null && !this.#isKnown()) this.#ask(this.#startedAt);
  }

  /** To be called right after it, with what it failed by, else null. */
  end(failure: unknown): void {
    this.#endedAt = performance.now();
    const tookMs = this.#endedAt - this.#startedAt;
    if (this.#largeMs !== null && tookMs >= this.#largeMs * LARGE_PART) this.#lastLargeAt = this.#endedAt;
    if (tookMs < LARGE_RUN_MS && failure === null) return;
    this.#longestMs = Math.max(this.#longestMs, tookMs);
    this.#failure = failure;
    const look = this.#look ?? this.#planned();
    // Whoever called is answered first: to ask takes long where a run has had the processor's caches.
    if (failure !== null) setImmediate(look);
  }

  /** Nothing is given back after this. */
  stop(): void {
    this.#forgetLook();
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  #planned(): () => void {
    const before = this.#isKnown() ? known.bytes : Infinity;
    const look = (): void => {
      if (this.#look === look) this.#see(before);
    };
    this.#look = look;
    known.look = look;
    setTimeout(look, LOOK_MS).unref();
    return look;
  }

  #see(before: number): void {
    const [failure, tookMs] = [this.#failure, this.#longestMs];
    this.#forgetLook();
    let isLarge = false;
    if (tookMs >= LARGE_RUN_MS) {
      this.#ask(this.#endedAt);
      isLarge = known.bytes - before > KEPT_BYTES;
    }
    if (failure !== null && (isLarge || isForSize(failure))) {
      this.#renew();
    } else if (isLarge) {
      this.#lastLargeAt = this.#endedAt;
      this.#largeMs = tookMs;
      this.#wait(this.#keepMs);
    }
  }

  #forgetLook(): void {
    if (known.look === this.#look) known.look = null;
    this.#look = null;
    this.#failure = null;
    this.#longestMs = 0;
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
    known.askedAt = -Infinity;
  }

  /** Whether what had been taken when the run began is known. */
  #isKnown(): boolean {
    return this.#startedAt - known.askedAt <= FRESH_MS;
  }

  #ask(now: number): void {
    const bytes = takenBytes();
    // What was known before stays so for its time.
    if (bytes === null) return;
    known.bytes = bytes;
    known.askedAt = now;
  }
}

/** Whether a run failed since it asked for more memory than there is. */
function isForSize(failure: unknown): boolean {
  const text = failure instanceof Error ? failure.message : String(failure);
  // The last one is how the sizes themselves run over.
  return /bad_alloc|failed to allocate memory|allocation failed|integer overflow/i.test(text);
}
