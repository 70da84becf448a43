import { openSync, readSync } from 'node:fs';

/** To ask costs a part of the smallest run: what is known is good for so long. */
const FRESH_MS = 1000;
const STATM = '/proc/self/statm';
/** Some seven numbers. */
const ENOUGH_BYTES = 256;

/** How much memory this process has taken, which is asked for no more often than need be. */
export class TakenMemory {
  #bytes: number | null = null;
  #askedAt = -Infinity;
  #due: (() => void) | null = null;
  #statm: { readonly fd: number; readonly pageBytes: number } | null = null;
  readonly #text = Buffer.alloc(ENOUGH_BYTES);

  /** In bytes, at most a second old; null where it cannot be told, as when no file descriptor is left. `now` is the time of `performance`, in ms. */
  known(now: number): number | null {
    this.settle();
    return now - this.#askedAt <= FRESH_MS ? this.#bytes : this.#ask(now);
  }

  /**
   * Has `see` called with what is taken by now, as `known` tells it, before anything else changes it. Hazard: what is asked right after a run takes ten
   * times as long as else, since the run had the processor's caches. Remedy: who waits for its answer is answered first.
   */
  tellSoon(see: (bytes: number | null) => void): void {
    this.settle();
    this.#due = () => {
      see(this.#ask(performance.now()));
    };
    setImmediate(() => {
      this.settle();
    });
  }

  /** Tells now what is to be told soon. */
  settle(): void {
    const due = this.#due;
    this.#due = null;
    due?.();
  }

  /** Loads or releases a model by `change`: that is not to be put down to a run. Throws what it throws. */
  during<T>(change: () => T): T {
    this.settle();
    try {
      return change();
    } finally {
      this.#askedAt = -Infinity;
    }
  }

  #ask(now: number): number | null {
    try {
      this.#bytes = process.platform === 'linux' ? this.#withoutFiles() : process.memoryUsage.rss();
    } catch {
      this.#bytes = null;
    }
    this.#askedAt = now;
    return this.#bytes;
  }

  /** Without what stands for files: the library reads the data beside a model only when a run touches it, and what a run touches there it has not taken. */
  #withoutFiles(): number {
    // It stays open: opened and closed each time it costs ten times as much. Where there is no room for it now, there may be next time.
    this.#statm ??= openStatm(this.#text);
    const [resident, shared] = pagesOf(this.#statm.fd, this.#text);
    return (resident - shared) * this.#statm.pageBytes;
  }
}

/** How large a page is only follows from what Node tells of the same memory. */
function openStatm(text: Buffer): { readonly fd: number; readonly pageBytes: number } {
  const residentBytes = process.memoryUsage.rss();
  const fd = openSync(STATM, 'r');
  const [resident] = pagesOf(fd, text);
  return { fd, pageBytes: 2 ** Math.round(Math.log2(residentBytes / resident)) };
}

function pagesOf(fd: number, text: Buffer): [resident: number, shared: number] {
  const length = readSync(fd, text, 0, text.length, 0);
  const [, resident = Number.NaN, shared = Number.NaN] = text.toString('latin1', 0, length).split(' ').map(Number);
  return [resident, shared];
}
