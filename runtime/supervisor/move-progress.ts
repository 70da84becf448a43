import { workloadCount } from '../workloads/workload-count.ts';

const SAID_EVERY_MS = 10_000;
const MB = 1_000_000;

/** Says now and then how an export or an import comes on. */
export class MoveProgress {
  readonly #doing: string;
  readonly #total: number | null;
  readonly #say: (line: string) => void;
  #workloads = 0;
  #bytes = 0;
  #saidAt = performance.now();

  /** @param total workloads, where that is known */
  constructor(doing: string, total: number | null, say: (line: string) => void) {
    this.#doing = doing;
    this.#total = total;
    this.#say = say;
  }

  /** Counts one workload with so many bytes of body, and says how far it is where that has not been said for a while. */
  moved(bytes: number): void {
    this.#workloads += 1;
    this.#bytes += bytes;
    const now = performance.now();
    if (now - this.#saidAt < SAID_EVERY_MS) return;
    this.#saidAt = now;
    const moved =
      this.#total === null ? workloadCount(this.#workloads) : `${this.#workloads} of ${workloadCount(this.#total)}`;
    const size = this.#bytes === 0 ? '' : `, ${(this.#bytes / MB).toFixed(1)} MB`;
    this.#say(`${this.#doing}: ${moved}${size}`);
  }
}
