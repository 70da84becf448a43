import { lstat, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeTempFolder, tempUnwritable } from './temp-folder.ts';

/*
 * Hazard: a process that is killed by SIGKILL leaves its folder for temporary files behind, with what is in it. Remedy: the folder says whose it is, and whoever
 * comes next removes those whose owners are gone. Precondition: the folder is made by `makeOwnedFolder`. One of which it cannot be told, such as one of another
 * host or container that shares the folder of temporary files, stays.
 */

const OWNER = 'owner.json';

interface Owner {
  readonly pid: number;
  readonly host: string;
  /** In which the pid means something; null where the system has none, left out where whoever made the folder does not say. */
  readonly namespace?: string | null;
  /** Tells the process from a later one with the same pid; null where the system does not say, left out where whoever made the folder does not. */
  readonly startedAt?: string | null;
}

/**
 * Makes a folder for temporary files whose name begins with `prefix`, which nobody else may enter; whoever asked removes it. Where he is killed before, the next
 * call does, or `clearLeftFolders`. Rejects as `makeTempFolder` does.
 */
export async function makeOwnedFolder(prefix: string): Promise<string> {
  await clearLeftFolders(prefix);
  const folder = await makeTempFolder(prefix);
  const owner: Owner = {
    pid: process.pid,
    host: hostname(),
    namespace: ownNamespace(),
    startedAt: startOf(process.pid),
  };
  try {
    await writeFile(join(folder, OWNER), JSON.stringify(owner));
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw tempUnwritable(error);
  }
  return folder;
}

/** Removes the folders of a prefix whose owners are gone. Never rejects: what cannot be removed stays. */
export async function clearLeftFolders(prefix: string): Promise<void> {
  const above = tmpdir();
  for (const name of await readdir(above).catch(() => [])) {
    const folder = join(above, name);
    if (!name.startsWith(prefix) || !(await isLeft(folder))) continue;
    await rm(folder, { recursive: true, force: true }).catch(() => undefined);
  }
}

/** Whether its owner is gone; no where that cannot be told. */
async function isLeft(folder: string): Promise<boolean> {
  try {
    const stats = await lstat(folder);
    if (!stats.isDirectory() || stats.uid !== process.getuid?.()) return false;
    const { pid, host, namespace, startedAt } = JSON.parse(await readFile(join(folder, OWNER), 'utf8')) as Owner;
    if (!Number.isInteger(pid) || host !== hostname()) return false;
    if (namespace !== undefined && namespace !== ownNamespace()) return false;
    return !isRunning(pid) || (startedAt !== undefined && startOf(pid) !== startedAt);
  } catch {
    return false;
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

function ownNamespace(): string | null {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return null;
  }
}

/** The time at which a process began, in the kernel's ticks, as text; null of one that has ended. Source: proc(5), /proc/pid/stat, fields 3 and 22. */
function startOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${String(pid)}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? null : (fields[19] ?? null);
  } catch {
    return null;
  }
}
