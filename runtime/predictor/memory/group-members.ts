import { readdir, readFile } from 'node:fs/promises';

/** Looks at every process again after so many rounds: a number may have gone to another one meanwhile. */
const ROUNDS_KEPT = 40;

/** Finds the processes of process groups, and children that have left them, by `/proc`; a process that it has seen is not read again soon. */
export class GroupMembers {
  /** The group of each process; null where it is none that was asked for. */
  #known = new Map<number, number | null>();
  #rounds = 0;
  #groups = '';
  #newest = '';
  #members: ReadonlyMap<number, readonly number[]> = new Map();

  /** The processes of each of these groups; some may have ended. To be called again only when that has resolved. */
  async of(groups: ReadonlySet<number>): Promise<ReadonlyMap<number, readonly number[]>> {
    const [asked, newest] = [[...groups].join(' '), await newestProcess()];
    if (asked === this.#groups && newest === this.#newest) return this.#members;
    this.#rounds += 1;
    // What was of no group that was asked for then may be of one that is now.
    if (asked !== this.#groups || this.#rounds % ROUNDS_KEPT === 0) this.#known.clear();
    this.#members = await this.#find(groups);
    this.#groups = asked;
    this.#newest = newest;
    return this.#members;
  }

  async #find(groups: ReadonlySet<number>): Promise<Map<number, number[]>> {
    const known = new Map<number, number | null>();
    const members = new Map<number, number[]>();
    const pids = (await readdir('/proc')).map(Number).filter((pid) => pid > 0);
    for (const pid of pids.sort((a, b) => a - b)) {
      const seen = this.#known.get(pid);
      const group = seen === undefined ? await groupOf(pid, groups, known) : seen;
      known.set(pid, group);
      if (group !== null) members.set(group, [...(members.get(group) ?? []), pid]);
    }
    this.#known = known;
    return members;
  }
}

/** The number that was given to a process or thread last: where it is as before, there are no new ones. */
async function newestProcess(): Promise<string> {
  return (await readFile('/proc/loadavg', 'utf8')).split(' ').at(-1) ?? '';
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
