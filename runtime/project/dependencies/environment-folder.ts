import { randomBytes } from 'node:crypto';
import { access, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';

/**
 * Hazard: an installation that is interrupted, or two at once, must never give an environment that is taken for whole. Each installation
 * works in a folder of its own, named by the number and the life of its process; `complete.json` beside the folders is written last, by a rename, and names the one
 * that is whole. A folder that it does not name is removed once its process is gone.
 */
export interface CompleteEnvironment {
  readonly prefix: string;
  /** The preinstalled modules that were installed beyond the project's own requirements, by import name. */
  readonly extras: readonly string[];
}

const MARKER = 'complete.json';
/** Of this process: its number may have been another one's before. */
const LIFE = randomBytes(4).toString('hex');

/** The environments of one hash of interpreter and requirements live in this folder. */
export function environmentHome(stateDir: string, key: string): string {
  return join(resolve(stateDir), 'environments', key);
}

export function environmentPython(prefix: string): string {
  return join(prefix, 'bin', 'python');
}

/** The whole environment in `home`, or null. */
export async function findComplete(home: string): Promise<CompleteEnvironment | null> {
  try {
    const marker = JSON.parse(await readFile(join(home, MARKER), 'utf8')) as { folder: string; extras: string[] };
    const prefix = join(home, marker.folder);
    // Its Python is a link to the interpreter, which may have been removed since.
    await access(environmentPython(prefix));
    return { prefix, extras: marker.extras };
  } catch {
    return null;
  }
}

/** Names a folder for a new installation in `home` (it does not exist yet), and removes what killed ones left there. */
export async function beginInstallation(home: string): Promise<string> {
  await mkdir(home, { recursive: true });
  await removeAbandoned(home);
  return join(home, `${process.pid}-${LIFE}-${randomBytes(4).toString('hex')}`);
}

/** Declares the installation in `prefix` whole. To be called last. */
export async function completeInstallation(home: string, { prefix, extras }: CompleteEnvironment): Promise<void> {
  const draft = `${prefix}.json`;
  await writeFile(draft, `${JSON.stringify({ folder: prefix.slice(home.length + 1), extras })}\n`);
  await rename(draft, join(home, MARKER));
}

async function removeAbandoned(home: string): Promise<void> {
  const complete = await findComplete(home);
  for (const name of await readdir(home)) {
    const path = join(home, name);
    const [, pid, life] = /^(\d+)-([0-9a-f]{8})(?:-[0-9a-f]{8})?(?:\.json)?$/.exec(name) ?? [];
    if (pid === undefined || path === complete?.prefix || isLife(Number(pid), life)) continue;
    // A package manager that outlived its Pons may still write there: the next installation tries again.
    await rm(path, { recursive: true, force: true, maxRetries: 2 }).catch(() => undefined);
  }
}

function isLife(pid: number, life: string | undefined): boolean {
  if (pid === process.pid) return life === LIFE;
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
