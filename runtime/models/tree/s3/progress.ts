const SAID_EVERY_MS = 10_000;
const MB = 1_000_000;

/** Says how a download comes on: when it begins, now and then, and when it has ended. */
export class Progress {
  readonly #what: string;
  readonly #sizeBytes: number;
  readonly #say: (line: string) => void;
  readonly #beganAt = performance.now();
  #gotBytes = 0;
  #saidAt = performance.now();

  constructor(what: string, from: string, sizeBytes: number, say: (line: string) => void) {
    this.#what = what;
    this.#sizeBytes = sizeBytes;
    this.#say = say;
    say(`Downloading ${what} from ${from}: ${(sizeBytes / MB).toFixed(1)} MB`);
  }

  arrived(bytes: number): void {
    this.#gotBytes += bytes;
    const now = performance.now();
    if (now - this.#saidAt < SAID_EVERY_MS) return;
    this.#saidAt = now;
    const percent = Math.min(100, Math.floor((100 * this.#gotBytes) / Math.max(1, this.#sizeBytes)));
    this.#say(`Downloading ${this.#what}: ${percent} % of ${(this.#sizeBytes / MB).toFixed(1)} MB`);
  }

  ended(): void {
    this.#say(`Downloaded ${this.#what} in ${((performance.now() - this.#beganAt) / 1000).toFixed(1)} s`);
  }
}
