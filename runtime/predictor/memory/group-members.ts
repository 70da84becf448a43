import { readdir, readFile } from 'node:fs/promises';

/** Looks at every process again after so many rounds: a number may have gone to another one meanwhile. */
const ROUNDS_KEPT = 40;

/** Finds the processes of process groups, and children that have left them, by `/proc`; a process that it has seen is not read again soon. */
export class GroupMembers {
  /** The group of each process; null where it is none that was asked for. */
  #known = new Map<number, number | null>();
  #rounds = 0;

  /** To be called when another group is asked for the first time. */
  forget(): void {
    this.#known.clear();
  }

  /** The processes of each of these groups. */
  async of(groups: ReadonlySet<number>): Promise<Map<number, number[]>> {
    this.#rounds += 1;
    const before = this.#rounds % ROUNDS_KEPT === 0 ? new Map<number, number | null>() : this.#known;
    const known = new Map<number, number | null>();
    const members = new Map<number, number[]>();
    const pids = (await readdir('/proc')).map(Number).filter((pid) => pid > 0);
    for (const pid of pids.sort((a, b) => a - b)) {
      const seen = before.get(pid);
      const group = seen === undefined ? await groupOf(pid, groups, known) : seen;
      known.set(pid, group);
      if (group !== null) members.set(group, [...(members.get(group) ?? []), pid]);
    }
    this.#known = known;
    return members;
  }
}

async function groupOf(
  pid: number,
  groups: ReadonlySet<number>,
  known: ReadonlyMap<number, number | null>,
): Promise<number | null> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  // The name before it may hold anything.
  const [, parent = '', group = ''] = text.slice(text.lastIndexOf(')') + 2).split(' ');
  if (groups.has(Number(group))) return Number(group);
  return known.get(Number(parent)) ?? null;
}
