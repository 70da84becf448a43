import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defaultPython } from '../pythons.ts';
import { cached } from './cached.ts';

const FIXTURES = new URL('../../fixtures/bench/', import.meta.url);

/** Peers that bear each other's packages share an environment. */
export type Peers = 'peers' | 'arq';

const REQUIREMENTS: Readonly<Record<Peers, string>> = { peers: 'requirements.txt', arq: 'requirements-arq.txt' };

/** The interpreter of the environment that holds the peers, made the first time (it takes a minute and the network). To be run with `-m`. */
export function peersPython(peers: Peers = 'peers'): Promise<string> {
  return pythonWith(peers, fileURLToPath(new URL(REQUIREMENTS[peers], FIXTURES)));
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
