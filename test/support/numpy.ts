import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Python } from './pythons.ts';

const CACHE = fileURLToPath(new URL('../../node_modules/.cache/pons-test', import.meta.url));

/** A folder for the import path of user code in which `python` finds NumPy; made the first time, which needs the network. */
export function numpyFor({ executable, version }: Python): string {
  const folder = join(CACHE, `numpy-for-${version}`);
  if (existsSync(folder)) return folder;
  mkdirSync(CACHE, { recursive: true });
  // Under its name once it is complete: two test files may begin at once, and one may be interrupted.
  const draft = `${folder}.${process.pid}`;
  try {
    const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--target', draft, 'numpy'];
    execFileSync(executable, pip, { stdio: ['ignore', 'ignore', 'pipe'] });
    renameSync(draft, folder);
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    if (!existsSync(folder)) throw error;
  }
  return folder;
}
