import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

/** A process that outlived the test file that started it. */
export interface Leftover {
  readonly pid: number;
  readonly command: string;
}

/** The environment variable that marks every process that a test file starts, in whatever group or session it hides. */
export const MARK_VARIABLE = 'TEST_FILE_MARK';
/** What a process may take to notice that its parent is gone, on a machine that is busy. */
const GRACE_MS = 8000;
const POLL_MS = 50;

/** The processes of the group `group`, or marked with `mark`, that are still there after a grace time; they are killed. Linux only. */
export async function endLeftovers(group: number, mark: string): Promise<Leftover[]> {
  const lapsedAt = Date.now() + GRACE_MS;
  while (findLeftovers(group, mark).length > 0 && Date.now() < lapsedAt) await pause(POLL_MS);
  const leftovers = findLeftovers(group, mark);
  for (const { pid } of leftovers) kill(pid);
  return leftovers;
}

/** Ends the whole process group of a test file, at once. */
export function killGroup(group: number): void {
  kill(-group);
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    return;
  }
}

function findLeftovers(group: number, mark: string): Leftover[] {
  if (!existsSync('/proc/self/stat')) return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => isAlive(pid, group, mark))
    .map((pid) => ({ pid: Number(pid), command: readProc(pid, 'cmdline').replaceAll('\0', ' ').trim() }));
}

function isAlive(pid: string, group: number, mark: string): boolean {
  const stat = readProc(pid, 'stat');
  // The command stands in parentheses and may hold any character, so the fields are counted from its end.
  const [state, , processGroup, session] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (state === undefined || state === '' || state === 'Z' || state === 'X') return false;
  if (Number(processGroup) === group || Number(session) === group) return true;
  return readProc(pid, 'environ').split('\0').includes(`${MARK_VARIABLE}=${mark}`);
}

function readProc(pid: string, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}
