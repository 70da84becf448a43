import { fitsSocket } from '../../processes/socket-path.ts';

/** Where one model process listens: at a path of its own for each start, so that who was on the lane of one that ended does not come to the next one unawares. */
export class LanePaths {
  readonly #stem: string | null;

  /** @param stem how they begin, and those of no other process; null: it listens nowhere */
  constructor(stem: string | null) {
    this.#stem = stem;
  }

  /** The path where the process listens when it has ended so often; null: it does nowhere. */
  after(deaths: number): string | null {
    const path = `${this.#stem}.${deaths}`;
    return this.#stem !== null && fitsSocket(path) ? path : null;
  }

  /** Whether this is or was one of them. */
  has(path: string): boolean {
    return this.#stem !== null && path.startsWith(`${this.#stem}.`);
  }
}
