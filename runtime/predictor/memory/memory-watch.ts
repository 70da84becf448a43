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
  #admitted: Admission | null = null;
  /** What has begun later is not to blame for the end. */
  #blamedUntil = Number.POSITIVE_INFINITY;

  /** @param share null where it may use what the machine has */
  constructor(share: MemoryShare | null, surroundings: Surroundings) {
    this.#share = share;
    this.#surroundings = surroundings;
    this.#killsBefore = surroundings.kills();
  }

  /** Puts a process with its group under its share, before user code runs in it. Rejects where it cannot. */
  async begin(group: number): Promise<void> {
    if (this.#share === null) return;
    this.#admission = this.#share.admit(group, (since) => {
      this.#blamedUntil = since;
      killGroup(group, 'SIGKILL');
    });
    this.#admitted = await this.#admission;
  }

  /** To be called when a `predict` begins. */
  begins(): void {
    this.#admitted?.begins();
  }

  /** To be called when the process itself has ended, by whatever. */
  exited(): void {
    this.#admitted?.exited();
  }

  /** Whether what began then, by `performance.now()`, can have been the end of the process; to be asked after that. */
  blames(begunAt: number): boolean {
    return begunAt <= this.#blamedUntil;
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
