import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defaultPython } from '../pythons.ts';
import { cached } from './cached.ts';

const REQUIREMENTS = fileURLToPath(new URL('../../fixtures/bench/requirements.txt', import.meta.url));

/** The interpreter of the environment that holds the peers, made the first time (it takes a minute and the network). To be run with `-m`. */
export async function peersPython(): Promise<string> {
  const { executable, version } = defaultPython;
  const facts = [executable, version, readFileSync(REQUIREMENTS, 'utf8')];
  const folder = await cached('peers', facts, (draft) => {
    execFileSync(executable, ['-m', 'venv', draft]);
    const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '-r', REQUIREMENTS];
    execFileSync(pythonOf(draft), pip, { stdio: 'inherit' });
  });
  return pythonOf(folder);
}

function pythonOf(folder: string): string {
  return join(folder, 'bin', 'python');
}
