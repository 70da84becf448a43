import { readFileSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';

/** As if it took a fifth more of the memory than it does. */
const RAISED_BY = 200;
const HIGHEST = 1000;
const OWN = '/proc/self/oom_score_adj';

/** What to start in the place of a program with its arguments. */
type Start = (program: string, args: readonly string[]) => readonly [file: string, args: readonly string[]];

/**
 * Starts commands such that the kernel, where the memory of this container runs out, ends one of them and not Pons, which holds the workloads of all.
 * No further above Pons than that takes: where the memory of the machine runs out, this container is to be ended in the turn that its runner gave it.
 */
export async function firstVictim(): Promise<Start> {
  const own = Number(await readFile(OWN, 'utf8').catch(() => NaN));
  if (Number.isNaN(own)) return (program, args) => [program, args];
  const script = `{ echo ${victimScore(own)} >${OWN}; } 2>/dev/null; exec "$0" "$@"`;
  return (program, args) => ['/bin/sh', ['-c', script, program, ...args]];
}

/** The same for a process of this program that has been started. Does nothing where the system has no such thing, or the process is gone. */
export function makeVictim(pid: number): void {
  try {
    writeFileSync(`/proc/${pid}/oom_score_adj`, String(victimScore(Number(readFileSync(OWN, 'utf8')))));
  } catch {
    // The kernel chooses as it would.
  }
}

/** What the kernel adds to a victim's share of the memory, in thousandths, where it adds `own` to that of Pons. */
export function victimScore(own: number): number {
  return Math.min(own + RAISED_BY, HIGHEST);
}
