import { statfs } from 'node:fs/promises';
import { KnownError } from '../../errors/known-error.ts';

/** What must stay free on the disk for the ends of workloads that were accepted before it ran full: 64 MB. */
export const RESERVE_BYTES = 64 * 1024 * 1024;
/** How long a look at the disk holds, in ms. */
const LOOK_HOLDS_MS = 1000;

/** Refuses new bodies while the disk is nearly full. */
export class FreeSpace {
  readonly #folder: string;
  readonly #reserveBytes: number;
  #lookedAt = -Infinity;
  #freeBytes = Infinity;
  #looking: Promise<void> | null = null;

  constructor(folder: string, reserveBytes: number) {
    this.#folder = folder;
    this.#reserveBytes = reserveBytes;
  }

  /** Rejects with `PONS_ERR_STORE_FULL` when `sizeBytes` more would eat into the reserve. */
  async reserve(sizeBytes: number): Promise<void> {
    const refusal = await this.refusal(sizeBytes);
    if (refusal !== null) throw refusal;
    this.#freeBytes -= sizeBytes;
  }

  /** Why `reserve(sizeBytes)` would reject; null when it would not. */
  async refusal(sizeBytes: number): Promise<KnownError | null> {
    if (performance.now() - this.#lookedAt > LOOK_HOLDS_MS) await this.#look();
    if (this.#freeBytes - sizeBytes >= this.#reserveBytes) return null;
    return KnownError.of('PONS_ERR_STORE_FULL', { path: this.#folder, freeBytes: this.#freeBytes });
  }

  /** Callers at the same time share one look. */
  #look(): Promise<void> {
    this.#looking ??= this.#lookNow().finally(() => {
      this.#looking = null;
    });
    return this.#looking;
  }

  async #lookNow(): Promise<void> {
    try {
      const { bavail, bsize } = await statfs(this.#folder);
      this.#freeBytes = bavail * bsize;
    } catch {
      // A file system that does not tell is not a full one: writing will show.
      this.#freeBytes = Infinity;
    }
    this.#lookedAt = performance.now();
  }
}
