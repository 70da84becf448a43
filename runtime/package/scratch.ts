import { lstat, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { isErrno } from '../project/errno.ts';
import { makeTempFolder } from '../state/temp-folder.ts';

/*
 * Hazard: a build that is killed by SIGKILL leaves its folder behind, with the passwords of this machine's settings for pip in it. Remedy: the next
 * build removes it. Precondition: whoever shares the folder of temporary files from another host, or container, has another host name.
 */

const PREFIX = 'pons-build-';
const OWNER = 'owner.json';

interface Owner {
  readonly pid: number;
  readonly host: string;
}

/** Makes the folder of one build, which nobody else may enter, and removes those of builds that were killed. Rejects as `makeTempFolder` does. */
export async function makeScratch(): Promise<string> {
  const above = tmpdir();
  const left = (await readdir(above).catch(() => []))
    .filter((name) => name.startsWith(PREFIX))
    .map((name) => join(above, name));
  for (const folder of left) if (await isLeft(folder)) await rm(folder, { recursive: true, force: true });
  const scratch = await makeTempFolder(PREFIX);
  const owner: Owner = { pid: process.pid, host: hostname() };
  await writeFile(join(scratch, OWNER), JSON.stringify(owner));
  return scratch;
}

/** Whether it is of a build that has ended; no where that cannot be told. */
async function isLeft(folder: string): Promise<boolean> {
  try {
    const stats = await lstat(folder);
    if (!stats.isDirectory() || stats.uid !== process.getuid?.()) return false;
    const { pid, host } = JSON.parse(await readFile(join(folder, OWNER), 'utf8')) as Owner;
    return host === hostname() && !isRunning(pid);
  } catch {
    return false;
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return !isErrno(error, 'ESRCH');
  }
}
