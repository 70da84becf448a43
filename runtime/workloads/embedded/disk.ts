import { stat, statfs } from 'node:fs/promises';
import { KnownError } from '../../errors/known-error.ts';
import type { StorePaths } from './paths.ts';

/** How long a look at the disk holds, in ms. */
const LOOK_HOLDS_MS = 1000;

/** Refuses new bodies while the disk is nearly full, and once the database is no longer the file that lies there: both would lose them. */
export class Disk {
  readonly #paths: StorePaths;
  readonly #reserveBytes: number;
  #lookedAt = -Infinity;
  #freeBytes = Infinity;
  /** The database as it was first seen; null before. */
  #inode: bigint | null = null;
  #isReplaced = false;
  #looking: Promise<void> | null = null;

  constructor(paths: StorePaths, reserveBytes: number) {
    this.#paths = paths;
    this.#reserveBytes = reserveBytes;
  }

  /** Rejects with `PONS_ERR_STORE_FULL` when `sizeBytes` more would eat into the reserve, and with `PONS_ERR_STORE_DELETED`. */
  async reserve(sizeBytes: number): Promise<void> {
    const refusal = await this.refusal(sizeBytes);
    if (refusal !== null) throw refusal;
    this.#freeBytes -= sizeBytes;
  }

  /** Why `reserve(sizeBytes)` would reject; null when it would not. */
  async refusal(sizeBytes: number): Promise<KnownError | null> {
    if (performance.now() - this.#lookedAt > LOOK_HOLDS_MS) await this.#look();
    const { folder, database } = this.#paths;
    if (this.#isReplaced) return KnownError.of('PONS_ERR_STORE_DELETED', { path: database });
    if (this.#freeBytes - sizeBytes >= this.#reserveBytes) return null;
    return KnownError.of('PONS_ERR_STORE_FULL', { path: folder, freeBytes: this.#freeBytes });
  }

  /** Callers at the same time share one look. */
  #look(): Promise<void> {
    this.#looking ??= Promise.all([this.#lookAtSpace(), this.#lookAtDatabase()]).then(() => {
      this.#looking = null;
      this.#lookedAt = performance.now();
    });
    return this.#looking;
  }

  async #lookAtSpace(): Promise<void> {
    try {
      const { bavail, bsize } = await statfs(this.#paths.folder);
      this.#freeBytes = bavail * bsize;
    } catch {
      // A file system that does not tell is not a full one: writing will show.
      this.#freeBytes = Infinity;
    }
  }

  async #lookAtDatabase(): Promise<void> {
    const found = await stat(this.#paths.database, { bigint: true }).catch((error: unknown) =>
      (error as NodeJS.ErrnoException).code === 'ENOENT' ? null : undefined,
    );
    if (found === undefined) return;
    this.#inode ??= found?.ino ?? null;
    this.#isReplaced ||= this.#inode !== null && found?.ino !== this.#inode;
  }
}
