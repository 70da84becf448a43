import { readdirSync, readFileSync } from 'node:fs';

/** A process, told from a later one with the same number. */
export interface Counted {
  readonly pid: number;
  readonly parent: number;
  /** In the kernel's ticks. Source: proc(5), /proc/pid/stat. */
  readonly startedAt: string;
}

/** Every process that ever belonged to a run, as far as it was seen: descendants of its supervisors, and who works on its project. */
export class Census {
  readonly #stateDir: string;
  readonly #known = new Map<string, string>();
  readonly #strangers = new Set<string>();

  constructor(stateDir: string) {
    this.#stateDir = stateDir;
  }

  /** Looks around. `supervisor` is the one that lives now; null while there is none. */
  look(supervisor: number | null): void {
    const here = allProcesses();
    const byPid = new Map(here.map((one) => [one.pid, one]));
    for (const one of here) {
      const key = keyOf(one);
      if (this.#known.has(key)) continue;
      const parent = byPid.get(one.parent);
      const isOurs =
        one.pid === supervisor || one.parent === supervisor || (parent !== undefined && this.#known.has(keyOf(parent)));
      if (isOurs || this.#worksHere(one)) this.#known.set(key, commandOf(one.pid));
    }
  }

  /** What of it is alive but `supervisor`, what that started, and who has just been killed. */
  get alive(): readonly (Counted & { readonly command: string })[] {
    return allProcesses().flatMap((one) => {
      const command = this.#known.get(keyOf(one));
      return command === undefined ? [] : [{ ...one, command }];
    });
  }

  get size(): number {
    return this.#known.size;
  }

  /** Who has the state folder in its environment, command line or mounts; looked for among all processes of the machine. */
  findByFolder(): readonly string[] {
    return allProcesses()
      .filter(({ pid }) => pid !== process.pid)
      .filter(({ pid }) => ['environ', 'cmdline', 'mountinfo'].some((file) => read(pid, file).includes(this.#stateDir)))
      .map(({ pid }) => `${pid} ${commandOf(pid)}`);
  }

  #worksHere(one: Counted): boolean {
    const key = keyOf(one);
    if (this.#strangers.has(key)) return false;
    if (read(one.pid, 'environ').includes(`CORTEX_PROJECT_DIR=${this.#stateDir}/`)) return true;
    this.#strangers.add(key);
    return false;
  }
}

/** The processes of this machine but zombies. */
export function allProcesses(): Counted[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      const stat = read(Number(name), 'stat');
      // The command stands in parentheses and may hold any character, so the fields are counted from its end.
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      const [state = '', parent = ''] = fields;
      if (state === '' || state === 'Z' || state === 'X') return [];
      return [{ pid: Number(name), parent: Number(parent), startedAt: fields[19] ?? '' }];
    });
}

/** The place of a predictor process in its run: the name of its run folder, which no other process has; null for any other process. */
export function placeOf(pid: number): string | null {
  return /(?:^|\0)CORTEX_PROJECT_DIR=[^\0]*\/run\/([^\0/]+)\/project(?:\0|$)/.exec(read(pid, 'environ'))?.[1] ?? null;
}

function keyOf({ pid, startedAt }: Counted): string {
  return `${pid}:${startedAt}`;
}

function commandOf(pid: number): string {
  return read(pid, 'cmdline').replaceAll('\0', ' ').trim().slice(0, 200);
}

function read(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}
