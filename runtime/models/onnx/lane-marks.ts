import { rmSync, writeFileSync } from 'node:fs';

/**
 * Files beside a lane, one for each handle that may be called on it. Hazard: a process reads nothing while it runs a model, so that a call by a handle that was taken back
 * meanwhile, of a model that was exchanged, would wait for the end of that run, and be told only then. Remedy: whoever is about to call looks for the file first.
 */
export class LaneMarks {
  readonly #files = new Map<number, string>();

  /** Does nothing where the file cannot be made: who found none when it was told of the handle does not look for it later. */
  give(lane: string, handle: number): void {
    const file = `${lane}.${handle}`;
    try {
      writeFileSync(file, '', { mode: 0o600 });
      this.#files.set(handle, file);
    } catch {
      return;
    }
  }

  withdraw(handle: number): void {
    const file = this.#files.get(handle);
    if (file === undefined) return;
    this.#files.delete(handle);
    removeLeft(file);
  }

  withdrawAll(): void {
    for (const handle of this.#files.keys()) this.withdraw(handle);
  }
}

/** Removes a file of the lanes. It stays on a file system that has become read-only: then calls may wait, and nothing else comes of it. */
export function removeLeft(file: string): void {
  try {
    rmSync(file, { force: true });
  } catch {
    return;
  }
}
