import { killsIn, limitOf } from './group-files.ts';
import { findOwnGroup, type ControlGroup } from './own-group.ts';
import type { MemoryVerdict } from './verdict.ts';

/** Whom the kernel killed for want of memory where Pons runs: the container, where it is one. Each of its kills explains one death. */
export class Surroundings {
  readonly #own: Promise<ControlGroup | null>;
  /** How many kills are told as the end of some process. */
  #explained = 0;

  /** @param own the control group to look at; to be found out when Pons has moved to where it stays */
  constructor(own: Promise<ControlGroup | null> = findOwnGroup()) {
    this.#own = own;
  }

  /** How many kills there have been so far; null where it cannot be told. */
  async kills(): Promise<number | null> {
    const own = await this.#own;
    return own === null ? null : await killsIn(own);
  }

  /** What can be told of the death by SIGKILL of a process that was started after so many kills. To be called once for each. */
  async explain(before: number | null): Promise<MemoryVerdict> {
    const [own, after] = await Promise.all([this.#own, this.kills()]);
    if (own === null || before === null || after === null) return { kind: 'unknown' };
    const explained = Math.max(before, this.#explained);
    if (after <= explained) return { kind: 'innocent' };
    this.#explained = explained + 1;
    return { kind: 'surroundings', limitBytes: await limitOf(own) };
  }
}
