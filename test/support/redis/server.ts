import { execFileSync, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { startChild, type Child } from '../bench/child.ts';
import { freePort } from '../bench/free-port.ts';
import { deadline } from '../deadline.ts';
import { freeze } from '../processes.ts';
import { makeTempDir, removeTempDir } from '../temp-dir.ts';

/** A Redis server of a test's own, on a free port and a folder that it keeps between its lives. */
export interface RedisServer {
  /** `redis://127.0.0.1:PORT/0` */
  readonly url: string;
  readonly port: number;
  /** Where it speaks TLS, if it has a certificate. */
  readonly tlsPort: number;
  /** Kills it with SIGKILL. */
  kill(): Promise<void>;
  /** Starts it again, after `kill`, on its data; with further settings, if any. */
  start(settings?: Readonly<Record<string, string>>): Promise<void>;
  /** Stops it in the middle of whatever it does; connections stay open and silent. */
  freeze(): void;
  thaw(): void;
  /** Runs one command with redis-cli; resolves to what that prints. */
  command(...words: readonly string[]): string;
  /** Kills it and removes its folder. */
  end(): Promise<void>;
}

/** Another one than what is installed, for a run on another version. */
const PROGRAM = process.env['REDIS_SERVER'] ?? 'redis-server';
/** What to say where `startRedisServer` resolved to null. */
export const NO_REDIS = 'there is no redis-server: apt-get install redis-server';
const START_MS = 60_000;
const POLL_MS = 20;

/** Starts redis-server with an append-only file that is written through before each answer, unless `settings` say otherwise; null where there is none. */
export async function startRedisServer(settings: Readonly<Record<string, string>> = {}): Promise<RedisServer | null> {
  try {
    execFileSync(PROGRAM, ['--version'], { stdio: 'ignore' });
  } catch (error) {
    if (PROGRAM !== 'redis-server') throw error;
    return null;
  }
  const [port, tlsPort] = [await freePort(), await freePort()];
  const tls = 'tls-cert-file' in settings ? { 'tls-port': String(tlsPort) } : {};
  const dir = makeTempDir();
  let child: Child | null = null;
  const start = async (more: Readonly<Record<string, string>> = {}): Promise<void> => {
    const all = {
      bind: '127.0.0.1',
      port: String(port),
      dir,
      appendonly: 'yes',
      appendfsync: 'always',
      // No snapshots beside the append-only file: they would fork Redis in the middle of a test.
      save: '',
      ...tls,
      ...settings,
      ...more,
    };
    child = startChild(
      PROGRAM,
      Object.entries(all).flatMap(([name, value]) => [`--${name}`, ...words(value)]),
    );
    await deadline(START_MS, Promise.race([accepts(port), child.died]), `starting ${PROGRAM}`);
  };
  const kill = async (): Promise<void> => {
    await child?.end();
    child = null;
  };
  await start();
  return {
    url: `redis://127.0.0.1:${port}/0`,
    port,
    tlsPort,
    kill,
    start,
    freeze: () => {
      if (child !== null) freeze(child.pid);
    },
    thaw: () => {
      if (child !== null) process.kill(child.pid, 'SIGCONT');
    },
    command: (...words) => execFileSync('redis-cli', ['-p', String(port), ...words], { encoding: 'utf8' }).trim(),
    end: async () => {
      await kill();
      removeTempDir(dir);
    },
  };
}

/** Whether the program was built with TLS: then it misses the certificate, else the setting itself is unknown to it. */
export function speaksTls(): boolean {
  const { stdout, stderr } = spawnSync(PROGRAM, ['--port', '0', '--tls-port', '1', '--tls-cert-file', '/nowhere'], {
    encoding: 'utf8',
    timeout: START_MS,
  });
  return /key-file|certificate/i.test(stdout + stderr.replaceAll(/^>>>.*$/gm, ''));
}

/** Several arguments of one setting; none is one that is empty. */
function words(value: string): string[] {
  return value.split(' ');
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
