import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defaultPython } from '../pythons.ts';
import { cached } from './cached.ts';

const PEERS = fileURLToPath(new URL('../../fixtures/bench/requirements.txt', import.meta.url));

/** The interpreter of the environment that holds the peers, made the first time (it takes a minute and the network). To be run with `-m`. */
export function peersPython(): Promise<string> {
  return pythonWith('peers', PEERS);
}

/** The interpreter of an environment with what the file `requirements` lists, made the first time. */
export async function pythonWith(name: string, requirements: string): Promise<string> {
  const { executable, version } = defaultPython;
  const facts = [executable, version, readFileSync(requirements, 'utf8')];
  const folder = await cached(name, facts, (draft) => {
    execFileSync(executable, ['-m', 'venv', draft]);
    const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '-r', requirements];
    execFileSync(pythonOf(draft), pip, { stdio: 'inherit' });
  });
  return pythonOf(folder);
}

function pythonOf(folder: string): string {
  return join(folder, 'bin', 'python');
}
