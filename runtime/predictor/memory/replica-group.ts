import { mkdir, rmdir, writeFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { join } from 'node:path';
import { ChildKills } from './child-kills.ts';
import { killsIn, limitMemory, peakOf, refusalsIn } from './group-files.ts';
import type { ControlGroup } from './own-group.ts';
import type { Admission, MemoryShare, Overrun } from './share.ts';

/** A group can be removed when the last of its processes is gone, which is some moments after it was killed. */
const REMOVAL_TRIES = 80;
const REMOVAL_PAUSE_MS = 25;
/** The kernel hands memory out to processors in small stocks, so that a group whose limit was hit may have used a little less. */
const STOCK_BYTES = 2 * 1024 * 1024;

/** The processes of a replica in a control group, each in one below it: the kernel holds the limit, and counts whom it killed for it. */
export class ReplicaGroup implements MemoryShare {
  readonly #group: ControlGroup;
  readonly #allowedBytes: number;
  #admitted = 0;
  #refusals = 0;
  readonly #removals = new Set<Promise<void>>();

  private constructor(group: ControlGroup, allowedBytes: number) {
    this.#group = group;
    this.#allowedBytes = allowedBytes;
  }

  /** Makes the group, in the folder `dir`. Rejects with the system's error, and leaves nothing then. */
  static async make(group: ControlGroup, allowedBytes: number): Promise<ReplicaGroup> {
    await mkdir(group.dir);
    try {
      await limitMemory(group, allowedBytes);
      if (group.version === 2) await writeFile(join(group.dir, 'cgroup.subtree_control'), '+memory');
      return new ReplicaGroup(group, allowedBytes);
    } catch (error) {
      await rmdir(group.dir);
      throw error;
    }
  }

  async admit(group: number, exceeded: (since: number) => void): Promise<Admission> {
    this.#admitted += 1;
    const own = { version: this.#group.version, dir: join(this.#group.dir, String(this.#admitted)) };
    await mkdir(own.dir);
    // One that computes on without its children helps nobody. Version 1 has no such file.
    if (own.version === 2) await writeFile(join(own.dir, 'memory.oom.group'), '1').catch(() => undefined);
    await writeFile(join(own.dir, 'cgroup.procs'), String(group)).catch(async (error: unknown) => {
      // It has ended already, which others tell.
      if ((error as NodeJS.ErrnoException).code === 'ESRCH') return;
      await rmdir(own.dir);
      throw error;
    });
    const kills = new ChildKills(own, exceeded);
    return {
      begins: () => {
        kills.begins();
      },
      exited: () => {
        kills.end();
      },
      end: async () => {
        kills.end();
        const overrun = await this.#overrunOf(own);
        const removal = remove(own.dir).finally(() => this.#removals.delete(removal));
        this.#removals.add(removal);
        return overrun;
      },
    };
  }

  /** Removes the group, when its processes have ended. */
  async close(): Promise<void> {
    await Promise.all(this.#removals);
    await remove(this.#group.dir);
  }

  async #overrunOf(own: ControlGroup): Promise<Overrun | null> {
    const kills = await killsIn(own);
    if (kills === null || kills === 0) return null;
    const [peak, refusals] = await Promise.all([peakOf(this.#group), refusalsIn(this.#group)]);
    const usedBytes = Math.min(peak ?? this.#allowedBytes, this.#allowedBytes);
    const isFull = refusals === null ? usedBytes >= this.#allowedBytes - STOCK_BYTES : refusals > this.#refusals;
    this.#refusals = refusals ?? 0;
    return { by: 'kernel', usedBytes: isFull ? this.#allowedBytes : usedBytes, allowedBytes: this.#allowedBytes };
  }
}

async function remove(dir: string): Promise<void> {
  for (let tries = 0; tries < REMOVAL_TRIES; tries += 1) {
    try {
      await rmdir(dir);
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EBUSY') return;
    }
    await pause(REMOVAL_PAUSE_MS);
  }
}
