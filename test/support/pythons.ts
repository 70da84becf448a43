import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** An interpreter of this machine, by the path of its real executable. */
export interface Python {
  readonly executable: string;
  /** `3.11`, as titles name it. */
  readonly version: string;
}

const DESCRIBE = "import sys; print(sys.executable); print('%d.%d' % sys.version_info[:2])";

/** What `python3` on the PATH really is. */
export const defaultPython: Python = describe('python3');

/** Every Python 3.6 and later of this machine: those that pyenv holds, oldest first, and the default one. */
export const pythons: readonly Python[] = findAll();

export const newest: Python = pythons.at(-1) ?? defaultPython;

/** The two that differ most; one where there is only one. */
export const oldestAndNewest: readonly Python[] = [...new Set([pythons[0] ?? defaultPython, newest])];

function findAll(): Python[] {
  const found = new Map<string, Python>();
  for (const executable of pyenvExecutables()) {
    const python = describe(executable);
    if (minorOf(python) >= 6) found.set(python.version, python);
  }
  found.set(defaultPython.version, defaultPython);
  return [...found.values()].sort((one, other) => minorOf(one) - minorOf(other));
}

function pyenvExecutables(): string[] {
  let versions: string;
  try {
    versions = join(execFileSync('pyenv', ['root'], { encoding: 'utf8' }).trim(), 'versions');
  } catch {
    return [];
  }
  if (!existsSync(versions)) return [];
  return readdirSync(versions)
    .filter((name) => name.startsWith('3.'))
    .map((name) => join(versions, name, 'bin', 'python'))
    .filter((path) => existsSync(path));
}

function describe(executable: string): Python {
  const [path, version] = execFileSync(executable, ['-c', DESCRIBE], { encoding: 'utf8' }).trim().split('\n');
  if (path === undefined || version === undefined) throw new Error(`${executable} does not say what it is`);
  return { executable: path, version };
}

function minorOf(python: Python): number {
  return Number(python.version.split('.')[1]);
}
