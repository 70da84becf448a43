import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { deadline } from '../deadline.ts';
import { makeTempDir } from '../temp-dir.ts';
import { startChild } from './child.ts';
import { freePort } from './free-port.ts';

/** A Redis server of its own, as durable as its users run it: an append-only file, synced once a second. */
export interface Redis {
  /** `redis://127.0.0.1:PORT/0` */
  readonly url: string;
  end(): Promise<void>;
}

/** What to say where `startRedis` resolved to null. */
export const NO_REDIS = 'there is no redis-server: apt-get install redis-server';
const START_MS = 10_000;
const POLL_MS = 20;

/** Starts redis-server on a free port and an empty folder; null where it is not installed. */
export async function startRedis(): Promise<Redis | null> {
  try {
    execFileSync('redis-server', ['--version'], { stdio: 'ignore' });
  } catch {
    return null;
  }
  const port = await freePort();
  const settings = {
    bind: '127.0.0.1',
    port: String(port),
    dir: makeTempDir(),
    appendonly: 'yes',
    appendfsync: 'everysec',
    // No snapshots beside the append-only file: that spares Redis a fork in the middle of a round.
    save: '',
  };
  const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]);
  const child = startChild('redis-server', args);
  await deadline(START_MS, Promise.race([accepts(port), child.died]), 'starting redis-server');
  return { url: `redis://127.0.0.1:${port}/0`, end: () => child.end() };
}

async function accepts(port: number): Promise<void> {
  for (;;) {
    const socket = connect(port, '127.0.0.1');
    const isOpen = await once(socket, 'connect').then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (isOpen) return;
    await pause(POLL_MS);
  }
}
