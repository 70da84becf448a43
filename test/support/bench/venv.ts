import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defaultPython } from '../pythons.ts';

/** What the benchmarks make once and find again, below `node_modules/.cache`. */
export const CACHE = fileURLToPath(new URL('../../../node_modules/.cache/pons-bench', import.meta.url));
const REQUIREMENTS = fileURLToPath(new URL('../../fixtures/bench/requirements.txt', import.meta.url));

/** The interpreter of the environment that holds the peers, made the first time (it takes a minute and the network). To be run with `-m`. */
export function peersPython(): string {
  const wanted = `${defaultPython.version} ${defaultPython.executable} ${readFileSync(REQUIREMENTS, 'utf8')}`;
  const folder = join(CACHE, `venv-${createHash('sha256').update(wanted).digest('hex').slice(0, 16)}`);
  const python = join(folder, 'bin', 'python');
  if (existsSync(folder)) return python;
  // Under its name once it is complete: two benchmarks may begin at once, and one may be interrupted.
  const draft = `${folder}.${process.pid}`;
  mkdirSync(CACHE, { recursive: true });
  try {
    execFileSync(defaultPython.executable, ['-m', 'venv', draft]);
    const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '-r', REQUIREMENTS];
    execFileSync(join(draft, 'bin', 'python'), pip, { stdio: 'inherit' });
    renameSync(draft, folder);
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    if (!existsSync(folder)) throw error;
  }
  return python;
}
