/**
 * Hazard: several exports may be written to one name at once, and what stands under it in the end must be whole and replace nothing. Remedy: each has a file of
 * its own until it is whole, which then gets the name by a link, since a rename replaces what is there. Precondition: the folder is one file system.
 */
import { randomBytes } from 'node:crypto';
import { link, open, readdir, rename, rm, type FileHandle } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** What file systems without hard links say, exFAT and some of networks among them. */
const NO_LINKS: readonly (string | undefined)[] = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'];

/** Tells us from a process in another container, or an earlier one, that has the same pid. */
const LIFE = randomBytes(4).toString('hex');
const PART = /^\.(\d+)-([0-9a-f]{8})\.part$/;

/** Where an export to `path` is while it is written. */
export function partOf(path: string): string {
  return `${path}.${process.pid}-${LIFE}.part`;
}

/** Removes what exports to `path` have left that were killed. */
export async function clearParts(path: string): Promise<void> {
  const name = basename(path);
  // A folder that may be written and not read keeps them.
  for (const found of await readdir(dirname(path)).catch(() => [])) {
    const [, pid, life] = PART.exec(found.startsWith(name) ? found.slice(name.length) : '') ?? [];
    if (pid !== undefined && !isRunning(Number(pid), life)) await rm(join(dirname(path), found), { force: true });
  }
}

/** Gives a whole file its name, durably, and takes that of `part` from it; throws `EEXIST` where there is a file of that name, and leaves it alone. */
export async function publish(part: string, path: string): Promise<void> {
  await named(part, path);
  try {
    await rm(part, { force: true });
    const folder = await open(dirname(path));
    await folder.sync().finally(() => folder.close());
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  }
}

async function named(part: string, path: string): Promise<void> {
  try {
    await link(part, path);
  } catch (error) {
    if (!NO_LINKS.includes((error as NodeJS.ErrnoException).code)) throw error;
    await namedWithoutLink(part, path);
  }
}

/** Keeps the name for ourselves by an empty file first, which a kill in between leaves, and an import refuses. */
async function namedWithoutLink(part: string, path: string): Promise<void> {
  const placeholder: FileHandle = await open(path, 'wx', 0o600);
  await placeholder.close();
  try {
    await rename(part, path);
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  }
}

function isRunning(pid: number, life: string | undefined): boolean {
  if (pid === process.pid) return life === LIFE;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
