import { readdir, readFile, readlink } from 'node:fs/promises';
import { killGroup, killProcess } from './kill-group.ts';
import type { Watched } from './reaper.ts';

/** The number of a process's mount namespace, or null where it is also our own, or cannot be told. */
export async function ownMountNamespace(pid: number): Promise<string | null> {
  const [theirs, ours] = await Promise.all([mountNamespace(pid), mountNamespace('self')]);
  return theirs === ours ? null : theirs;
}

/** Kills what a process that has ended left behind: its group, and who left the group but can still be told by where it runs. */
export async function killStragglers(watched: Watched): Promise<void> {
  killGroup(watched.group, 'SIGKILL');
  // Without /proc (macOS) the group is all that is known.
  const names = await readdir('/proc').catch(() => []);
  const pids = names.filter((name) => /^[0-9]+$/.test(name)).map(Number);
  await Promise.all(
    pids.map(async (pid) => {
      if (await belongsTo(pid, watched)) killProcess(pid, 'SIGKILL');
    }),
  );
}

async function belongsTo(pid: number, { mountNamespace: space, projectDir }: Watched): Promise<boolean> {
  if (space !== null && (await mountNamespace(pid)) === space) return true;
  if (projectDir === null) return false;
  // Another user's process, or one that has just ended, cannot be read.
  const environment = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '');
  return environment.split('\0').includes(`CORTEX_PROJECT_DIR=${projectDir}`);
}

async function mountNamespace(pid: number | 'self'): Promise<string | null> {
  try {
    return /\[(\d+)\]/.exec(await readlink(`/proc/${pid}/ns/mnt`))?.[1] ?? null;
  } catch {
    // The process has ended, is somebody else's, or the system has no /proc.
    return null;
  }
}
