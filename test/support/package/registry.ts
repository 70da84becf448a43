import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startChild } from '../bench/child.ts';
import { freePort } from '../bench/free-port.ts';
import { makeTempDir } from '../temp-dir.ts';

/** A registry of images on loopback. */
export interface Registry {
  /** `127.0.0.1:PORT` */
  readonly host: string;
  end(): Promise<void>;
}

/** What to say where `startRegistry` resolved to null. */
export const NO_REGISTRY = 'container engine: there is no docker-registry: see .ci/run';
const START_MS = 60_000;
const POLL_MS = 50;
/** After which a question is asked again: whoever took it need not be the registry. */
const ANSWER_MS = 5000;

/** Starts Debian's docker-registry; null where there is none. */
export async function startRegistry(): Promise<Registry | null> {
  try {
    execFileSync('docker-registry', ['--version'], { stdio: 'ignore' });
  } catch {
    return null;
  }
  const folder = makeTempDir();
  const host = `127.0.0.1:${await freePort()}`;
  const settings = {
    version: '0.1',
    storage: { filesystem: { rootdirectory: folder } },
    http: { addr: host },
  };
  const file = join(folder, 'config.json');
  writeFileSync(file, JSON.stringify(settings));
  const child = startChild('docker-registry', ['serve', file]);
  const lapsedAt = Date.now() + START_MS;
  while (!(await answers(host))) {
    if (Date.now() > lapsedAt) throw new Error(`docker-registry does not answer at ${host}`);
    await Promise.race([child.died, new Promise((resolve) => setTimeout(resolve, POLL_MS))]);
  }
  return { host, end: () => child.end() };
}

async function answers(host: string): Promise<boolean> {
  return fetch(`http://${host}/v2/`, { signal: AbortSignal.timeout(ANSWER_MS) }).then(
    (response) => response.ok,
    () => false,
  );
}
