import { open, type FileHandle } from 'node:fs/promises';
import { isErrno } from '../project/errno.ts';
import type { Reaper, Watched } from '../processes/reaper.ts';
import { killStragglers, ownMountNamespace } from '../processes/stragglers.ts';
import { settlesWithin } from './within.ts';

/** How often it is looked whether the process has entered its own mount namespace; no event tells. */
const POLL_MS = 3;

/** Sees to it that everything which one process starts ends with it, and with the supervisor. */
export class Watch {
  readonly #reaper: Reaper;
  #watched: Watched;
  /** The kernel gives the number of a namespace that has ended to the next one at once: this keeps it, until nobody is killed by it any more. */
  #namespace: FileHandle | null = null;
  #over = false;

  /** @param projectDir the folder that only this process sees as the project; null where others see it, too */
  constructor(reaper: Reaper, group: number, projectDir: string | null) {
    this.#reaper = reaper;
    this.#watched = { group, mountNamespace: null, projectDir };
    reaper.watch(this.#watched);
  }

  /**
   * Resolves when the process is in a namespace of its own, or has ended before. Until then no user code may run in it. Rejects with the system's error
   * where there may be no more open files.
   */
  async entersNamespace(ended: Promise<unknown>): Promise<void> {
    while (!(await settlesWithin(POLL_MS, ended))) {
      const mountNamespace = await ownMountNamespace(this.#watched.group);
      if (mountNamespace === null) continue;
      // Where it has ended meanwhile there is nothing left to open.
      const handle = await open(`/proc/${this.#watched.group}/ns/mnt`).catch((error: unknown) => {
        if (isErrno(error, 'EMFILE', 'ENFILE')) throw error;
        return null;
      });
      if (handle === null) continue;
      if (this.#over) {
        await handle.close();
        return;
      }
      this.#namespace = handle;
      const before = this.#watched;
      this.#watched = { ...before, mountNamespace };
      this.#reaper.watch(this.#watched);
      this.#reaper.forget(before);
      return;
    }
  }

  /** To be called once, when the process has ended: kills what is left of its children. */
  async end(): Promise<void> {
    this.#over = true;
    await killStragglers(this.#watched);
    this.#reaper.forget(this.#watched);
    await this.#namespace?.close();
  }
}
