/**
 * Hazard: of a control group of version 2 that has groups below it, no process may be a member, and whoever put others into the group of Pons does not expect
 * them to be moved. Remedy: Pons moves itself and what it started, and does without where anybody else is there. Hazard: a group elsewhere in the
 * hierarchy would take the predictors out of the limits of whoever started Pons. Remedy: they are made below its own group only.
 */
import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ControlGroup } from './own-group.ts';
import { ReplicaGroup } from './replica-group.ts';

/** The control groups of one run of Pons. */
export class ControlGroups {
  readonly #group: ControlGroup;
  readonly #replicas = new Map<string, Promise<ReplicaGroup>>();

  private constructor(group: ControlGroup) {
    this.#group = group;
  }

  /** Makes a group below that of Pons. Rejects with the reason for which this is not permitted. */
  static async open(own: ControlGroup): Promise<ControlGroups> {
    const dir = join(own.dir, `pons-${process.pid}-${randomBytes(3).toString('hex')}`);
    if (own.version === 2) await delegate(own.dir);
    await mkdir(dir);
    try {
      if (own.version === 2) await writeFile(join(dir, 'cgroup.subtree_control'), '+memory');
      return new ControlGroups({ version: own.version, dir });
    } catch (error) {
      await rmdir(dir);
      throw error;
    }
  }

  /** The folder that all of them are below. */
  get dir(): string {
    return this.#group.dir;
  }

  /** The group of a replica, which is made the first time. */
  share(name: string, allowedBytes: number): Promise<ReplicaGroup> {
    const { version, dir } = this.#group;
    const known = this.#replicas.get(name);
    if (known !== undefined) return known;
    const made = ReplicaGroup.make({ version, dir: join(dir, name) }, allowedBytes);
    this.#replicas.set(name, made);
    // What failed once can be tried again with the next process.
    made.catch(() => this.#replicas.delete(name));
    return made;
  }

  /** Removes them, when all processes in them have ended. */
  async close(): Promise<void> {
    const made = await Promise.allSettled([...this.#replicas.values()]);
    await Promise.all(made.flatMap((one) => (one.status === 'fulfilled' ? [one.value.close()] : [])));
    await rmdir(this.#group.dir).catch(() => undefined);
  }
}

/** Has memory counted in the groups below that of Pons. */
async function delegate(dir: string): Promise<void> {
  const control = join(dir, 'cgroup.subtree_control');
  if ((await readFile(control, 'utf8')).split(/\s/).includes('memory')) return;
  // The root of all groups may have members as well.
  if (await isBelowAnother(dir)) await moveMembers(dir);
  await writeFile(control, '+memory');
}

async function isBelowAnother(dir: string): Promise<boolean> {
  return await readFile(join(dir, 'cgroup.type')).then(
    () => true,
    () => false,
  );
}

async function moveMembers(dir: string): Promise<void> {
  const members = (await readFile(join(dir, 'cgroup.procs'), 'utf8')).split('\n').filter(Boolean).map(Number);
  for (const pid of members) {
    if (!(await isOurs(pid))) throw new Error('other programs are in the control group of Pons');
  }
  const own = join(dir, 'pons');
  await mkdir(own, { recursive: true });
  for (const pid of members) await writeFile(join(own, 'cgroup.procs'), String(pid)).catch(ignoreEnded);
}

/** Whether it is Pons, or was started by it. */
async function isOurs(pid: number): Promise<boolean> {
  if (pid === process.pid) return true;
  if (pid <= 1) return false;
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => null);
  // It has ended meanwhile.
  if (status === null) return true;
  return await isOurs(Number(/^PPid:\t(\d+)/m.exec(status)?.[1] ?? 0));
}

function ignoreEnded(error: unknown): void {
  if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
}
