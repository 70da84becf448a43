import type { Logger } from '../log/logger.ts';

/** How long a process is held back for a log that nobody reads; then its lines are dropped, since a log must not stop the serving. */
const PATIENCE_MS = 5000;

export interface Flow {
  readonly pause: () => void;
  readonly resume: () => void;
}

/** Writes what a process prints to the log, and slows the process down while the log is full, but not for ever. */
export class Throttle {
  readonly #logger: Logger;
  readonly #flow: Flow;
  #full = false;
  #dropped: number | null = null;

  constructor(logger: Logger, flow: Flow) {
    this.#logger = logger;
    this.#flow = flow;
  }

  write(line: string): void {
    if (this.#dropped !== null) this.#dropped += 1;
    else if (!this.#logger.raw(line)) this.#full = true;
  }

  /** To be called when all lines that have come are written. */
  settle(): void {
    if (!this.#full || this.#dropped !== null) return;
    this.#full = false;
    this.#flow.pause();
    const timer = setTimeout(() => {
      this.#dropped = 0;
      this.#flow.resume();
    }, PATIENCE_MS).unref();
    this.#logger.onceDrained(() => {
      clearTimeout(timer);
      const dropped = this.#dropped;
      this.#dropped = null;
      if (dropped !== null) this.#logger.warning(`${dropped} lines were dropped while nobody read the log`);
      this.#flow.resume();
    });
  }
}
