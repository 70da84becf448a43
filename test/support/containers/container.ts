import { randomBytes } from 'node:crypto';
import { chmodSync, statSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { deadline } from '../deadline.ts';
import type { Engine } from './engine.ts';

/** A container that a test runs. */
export interface Container {
  readonly name: string;
  /** Where this machine reaches its port; another one each time that it is started. */
  url(): Promise<string>;
  /** Resolves once `/readyz` (or `path`) is 200. */
  ready(path?: string): Promise<void>;
  start(): Promise<void>;
  /** `docker stop`; resolves to its exit code. */
  stop(seconds?: number): Promise<number>;
  /** Kills all of it with SIGKILL. */
  kill(): Promise<void>;
  logs(): Promise<string>;
  /** Resolves once a line of its output has this text. */
  says(text: string): Promise<void>;
  inspect(format: string): Promise<string>;
  /** Runs a program in it; resolves to its output. */
  run(...command: readonly string[]): Promise<string>;
}

export interface ContainerOptions {
  readonly image: string;
  /** The port to be reached at; that of an API unless given. */
  readonly port?: number;
  /** Further arguments of `docker create`. */
  readonly options?: readonly string[];
  /** Instead of the image's own. */
  readonly command?: readonly string[];
}

/** As it is promised that an image can be run: nothing but `/tmp` and the state can be written, no capability, no user that the image knows. */
export const HARDENED = ['--read-only', '--volume', '/tmp', '--cap-drop', 'ALL', '--user', '12345:0'];

/** The arguments that have the container see this machine's file or folder, for whatever user it has. */
export function mounted(path: string, at = '/mnt/project'): string[] {
  if (statSync(path).isDirectory()) chmodSync(path, 0o755);
  return ['--volume', `${path}:${at}:ro`];
}

const API_PORT = 8888;
const WAIT_MS = 120_000;
const ANSWER_MS = 1000;
const POLL_MS = 20;

/** Starts a container, which is removed with its volumes when the run of the tests ends. */
export async function runContainer(engine: Engine, options: ContainerOptions): Promise<Container> {
  const container = await createContainer(engine, options);
  await container.start();
  return container;
}

/** A container that has not been started. */
export async function createContainer(engine: Engine, options: ContainerOptions): Promise<Container> {
  const { docker, prefix } = engine;
  const { image, port = API_PORT, options: further = [], command = [] } = options;
  const name = `${prefix}-${randomBytes(4).toString('hex')}`;
  await docker(['create', '--name', name, '--publish', `127.0.0.1::${port}`, ...further, image, ...command]);
  const inspect = (format: string): Promise<string> => docker(['inspect', '--format', format, name]);
  const logs = async (): Promise<string> => docker(['logs', name], { withErrors: true });
  const url = async (): Promise<string> => `http://${await docker(['port', name, `${port}/tcp`])}`;

  const until = async (what: string, holds: () => Promise<boolean>): Promise<void> => {
    const lapsesAt = Date.now() + WAIT_MS;
    while (!(await holds())) {
      const hasEnded = (await inspect('{{.State.Running}}')) !== 'true';
      if (hasEnded) throw new Error(`${name} has ended:\n${await logs()}`);
      if (Date.now() > lapsesAt) throw new Error(`${what}: not within ${WAIT_MS} ms:\n${await logs()}`);
      await pause(POLL_MS);
    }
  };
  return {
    name,
    url,
    ready: (path = 'readyz') => until(`${name} to be ready`, async () => isOk(`${await url()}/${path}`)),
    start: async () => {
      await docker(['start', name]);
    },
    stop: async (seconds = 30) => {
      await docker(['stop', '--time', String(seconds), name]);
      return Number(await inspect('{{.State.ExitCode}}'));
    },
    kill: async () => {
      await docker(['kill', name]);
    },
    logs,
    says: (text) => until(`${name} to say ${text}`, async () => (await logs()).includes(text)),
    inspect,
    run: (...words) => docker(['exec', name, ...words]),
  };
}

/** Whether it answers so now. The engine takes a connection before anybody in the container listens, and may never say that nobody does. */
async function isOk(url: string): Promise<boolean> {
  try {
    const response = await deadline(ANSWER_MS, fetch(url), url);
    await response.arrayBuffer();
    return response.ok;
  } catch {
    return false;
  }
}
