import { probeSetpriv } from '../../processes/parent-death.ts';
import type { Reaper } from '../../processes/reaper.ts';

/** What the APIs of one deployment share while their dependencies are seen to. */
export class Preparation {
  /** By what the kernel is asked to kill a child when Pons itself is killed; null where it cannot be. */
  readonly setpriv: string | null;
  /** Kills what the children started when Pons itself is killed. */
  readonly reaper: Reaper;
  readonly #done = new Map<string, Promise<unknown>>();

  private constructor(setpriv: string | null, reaper: Reaper) {
    this.setpriv = setpriv;
    this.reaper = reaper;
  }

  /** `setpriv`: what `probeSetpriv` finds, where it has been asked before. */
  static async begin(reaper: Reaper, setpriv = probeSetpriv()): Promise<Preparation> {
    return new Preparation(await setpriv, reaper);
  }

  /** What `step` resolves to, or what the first one of the same key did; one that failed is tried again. */
  async once<T>(key: string, step: () => Promise<T>): Promise<T> {
    const before = this.#done.get(key);
    if (before !== undefined) return before as Promise<T>;
    const now = step();
    this.#done.set(key, now);
    try {
      return await now;
    } catch (error) {
      this.#done.delete(key);
      throw error;
    }
  }
}
