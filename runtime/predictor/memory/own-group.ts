import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A control group that memory is counted in: of version 1 or 2 of control groups, as the machine has them. */
export interface ControlGroup {
  readonly version: 1 | 2;
  /** Its folder. */
  readonly dir: string;
}

/** The control group that counts the memory of Pons itself, which is that of the container where it runs in one; null where none can be seen. */
export async function findOwnGroup(): Promise<ControlGroup | null> {
  try {
    const [groups, mounts] = await Promise.all([
      readFile('/proc/self/cgroup', 'utf8'),
      readFile('/proc/self/mountinfo', 'utf8'),
    ]);
    return ownGroup(groups, mounts);
  } catch {
    // No Linux, or one without control groups.
    return null;
  }
}

/** Reads `/proc/self/cgroup` and `/proc/self/mountinfo`. Source: cgroups(7), proc(5) */
export function ownGroup(groups: string, mounts: string): ControlGroup | null {
  const lines = groups.split('\n').map((line) => /^\d+:([^:]*):(.*)$/.exec(line));
  const pathIn = (fits: (controllers: string) => boolean): string | undefined =>
    lines.find((line) => line !== null && fits(line[1] ?? ''))?.[2];
  const inFirst = pathIn((controllers) => controllers.split(',').includes('memory'));
  const inSecond = pathIn((controllers) => controllers === '');
  // A machine can have both; then the memory is counted where version 1 names it.
  if (inFirst !== undefined) {
    const dir = folderOf(inFirst, mounts, (type, options) => type === 'cgroup' && options.includes('memory'));
    return dir === null ? null : { version: 1, dir };
  }
  if (inSecond === undefined) return null;
  const dir = folderOf(inSecond, mounts, (type) => type === 'cgroup2');
  return dir === null ? null : { version: 2, dir };
}

/** Where a path of the hierarchy lies in the file system; a mount may show a part of it only. */
function folderOf(
  path: string,
  mounts: string,
  fits: (type: string, options: readonly string[]) => boolean,
): string | null {
  for (const line of mounts.split('\n')) {
    const [mount = '', system = ''] = line.split(' - ');
    const [, , , root = '', point = ''] = mount.split(' ').map(unescape);
    const [type = '', , options = ''] = system.split(' ');
    if (!fits(type, options.split(','))) continue;
    if (root === '/') return join(point, path);
    if (path === root || path.startsWith(`${root}/`)) return join(point, path.slice(root.length));
  }
  return null;
}

function unescape(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));
}
