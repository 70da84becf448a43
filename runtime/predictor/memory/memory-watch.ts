import { killGroup } from '../../processes/kill-group.ts';
import type { Admission, MemoryShare } from './share.ts';
import type { Surroundings } from './surroundings.ts';
import type { MemoryVerdict } from './verdict.ts';

/** Follows the memory of one process from its start to its end. */
export class MemoryWatch {
  readonly #share: MemoryShare | null;
  readonly #surroundings: Surroundings;
  readonly #killsBefore: Promise<number | null>;
  #admission: Promise<Admission> | null = null;

  /** @param share null where it may use what the machine has */
  constructor(share: MemoryShare | null, surroundings: Surroundings) {
    this.#share = share;
    this.#surroundings = surroundings;
    this.#killsBefore = surroundings.kills();
  }

  /** Puts a process with its group under its share, before user code runs in it. Rejects where it cannot. */
  async begin(group: number): Promise<void> {
    if (this.#share === null) return;
    this.#admission = this.#share.admit(group, () => {
      killGroup(group, 'SIGKILL');
    });
    await this.#admission;
  }

  /** To be called once, when the process and its children have ended. */
  async end(signal: NodeJS.Signals | null): Promise<MemoryVerdict> {
    const admission = await this.#admission?.catch(() => null);
    const overrun = (await admission?.end()) ?? null;
    if (overrun !== null) return { kind: 'share', ...overrun };
    if (signal !== 'SIGKILL') return { kind: 'unknown' };
    return await this.#surroundings.explain(await this.#killsBefore);
  }
}
