/**
 * Hazard: a Pons that is killed by SIGKILL leaves what it started behind. Remedy: `setpriv` asks the kernel to kill a child when its parent
 * dies; Linux only. It reaches the child itself, not what that starts.
 */
import { execa } from 'execa';
import { findOnPath } from './find-on-path.ts';

/** The path of a `setpriv` that can do so, or null. By path, since a child's PATH is the user's to change. */
export async function probeSetpriv(): Promise<string | null> {
  const path = await findOnPath('setpriv', process.env['PATH']);
  if (path === null) return null;
  const { failed } = await execa(path, ['--pdeathsig', 'KILL', 'true'], { reject: false, stdio: 'ignore' });
  return failed ? null : path;
}

/** The command that starts a program so that it dies with the process that started it, where `probeSetpriv` found a way. */
export function dyingWithParent(
  setpriv: string | null,
  file: string,
  args: readonly string[],
): [file: string, args: string[]] {
  return setpriv === null ? [file, [...args]] : [setpriv, ['--pdeathsig', 'KILL', '--', file, ...args]];
}
