/**
 * Hazard: a Pons that is killed by SIGKILL leaves what it started behind. Remedy: `setpriv` asks the kernel to kill a child when its parent
 * dies; Linux only. It reaches the child itself, not what that starts.
 */
import { execa } from 'execa';
import { findOnPath } from './find-on-path.ts';
import { assertNoShortage } from './shortage.ts';
import { assertSpawnRoom } from './spawn-room.ts';

/** The path of a `setpriv` that can do so, or null. By path, since a child's PATH is the user's to change. Rejects with an error of the area MACHINE. */
export async function probeSetpriv(): Promise<string | null> {
  const path = await findOnPath('setpriv', process.env['PATH']);
  if (path === null) return null;
  assertSpawnRoom(path);
  const tried = await execa(path, ['--pdeathsig', 'KILL', 'true'], { reject: false, stdio: 'ignore' });
  assertNoShortage(tried, path);
  return tried.failed ? null : path;
}

/** The command that starts a program so that it dies with the process that started it, where `probeSetpriv` found a way. */
export function dyingWithParent(
  setpriv: string | null,
  file: string,
  args: readonly string[],
): [file: string, args: string[]] {
  return setpriv === null ? [file, [...args]] : [setpriv, ['--pdeathsig', 'KILL', '--', file, ...args]];
}
