import { killsIn } from './group-files.ts';
import type { ControlGroup } from './own-group.ts';

const LOOK_MS = 250;
/** How soon a look follows what begins in a process: a child takes longer to be started and to take more than there is. */
const SOON_MS = 10;

/**
 * Looks whether the kernel has killed a child of a process, which it tells the parent only. Hazard: until that is seen, what the child was of may have ended,
 * and something else may have begun in the process. Remedy: a look follows each beginning, so that it is known what has begun after the kill.
 */
export class ChildKills {
  readonly #group: ControlGroup;
  readonly #found: (since: number) => void;
  readonly #interval: NodeJS.Timeout;
  #soon: NodeJS.Timeout | null = null;
  #lookedAt = 0;
  /** When there was none yet. */
  #noneAt = performance.now();
  #isOver = false;
  /** The looks come one after the other: where a later one ended first, what the earlier one has seen would be lost. */
  #looks = Promise.resolve();
  /** Whether one of them is still to begin. */
  #isNext = false;

  /** @param found called at most once, with a time, by `performance.now()`, at which there was no kill yet */
  constructor(group: ControlGroup, found: (since: number) => void) {
    this.#group = group;
    this.#found = found;
    this.#interval = setInterval(() => {
      this.#lookNext();
    }, LOOK_MS).unref();
  }

  /** To be called when something begins in the process. */
  begins(): void {
    if (this.#isOver || this.#soon !== null) return;
    const pauseMs = Math.max(0, this.#lookedAt + SOON_MS - performance.now());
    this.#soon = setTimeout(() => {
      this.#soon = null;
      this.#lookNext();
    }, pauseMs).unref();
  }

  /** Looks no more. */
  end(): void {
    this.#isOver = true;
    clearInterval(this.#interval);
    if (this.#soon !== null) clearTimeout(this.#soon);
  }

  #lookNext(): void {
    if (this.#isNext) return;
    this.#isNext = true;
    this.#looks = this.#looks.then(async () => {
      this.#isNext = false;
      if (!this.#isOver) await this.#look();
    });
  }

  async #look(): Promise<void> {
    const now = performance.now();
    this.#lookedAt = now;
    const kills = await killsIn(this.#group);
    // Where it cannot be told there may have been one.
    if (this.#isOver || kills === null) return;
    if (kills === 0) {
      this.#noneAt = Math.max(this.#noneAt, now);
      return;
    }
    this.end();
    this.#found(this.#noneAt);
  }
}
