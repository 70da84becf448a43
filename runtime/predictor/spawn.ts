import type { Readable, Writable } from 'node:stream';
import { execa } from 'execa';
import { isKnownError, KnownError } from '../errors/known-error.ts';
import { BegunNotes, IN_MEMORY_DIR } from './begun-notes.ts';
import type { Output } from './output.ts';
import { openUpSocket } from './up-socket.ts';

export interface Spawned {
  /** Also the number of its process group. */
  readonly pid: number;
  readonly down: Writable;
  readonly up: Readable;
  /** What it has begun. */
  readonly notes: BegunNotes;
  /** Settles with the exit event, not with the end of any pipe. */
  readonly exited: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
}

export interface SpawnOptions {
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly output: Output;
  /** Where to put what the host notes. */
  readonly runDir: string;
  readonly threads: number;
}

/** Starts a process in a session and process group of its own, with the bridge on fds 3 to 5. Rejects with `PONS_ERR_PREDICTOR_LAUNCH` or `PONS_ERR_STATE_TEMP_UNWRITABLE`. */
export async function spawnHost(options: SpawnOptions): Promise<Spawned> {
  const notes = BegunNotes.open([IN_MEMORY_DIR, options.runDir], options.threads);
  const up = await openUpSocket().catch((error: unknown) => {
    notes.take();
    options.output.closeWriteEnds();
    if (isKnownError(error)) throw error;
    throw launchError(options.file, error instanceof Error ? error.message : String(error));
  });
  // execa's types know file descriptors up to 9 only.
  const [stdout, stderr, noted] = [...options.output.writeEnds, notes.fd] as unknown as readonly [3, 3, 3];
  const child = execa(options.file, options.args, {
    cwd: options.cwd,
    env: options.env,
    extendEnv: false,
    stdio: ['ignore', stdout, stderr, 'pipe', up.far as unknown as 3, noted],
    buffer: false,
    reject: false,
    detached: true,
    cleanup: false,
  });
  const exited = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) => {
    child.once('exit', (code, signal) => {
      resolve({ code, signal });
    });
  });
  options.output.closeWriteEnds();
  up.far.destroy();
  if (child.pid === undefined) {
    notes.take();
    up.near.destroy();
    const { shortMessage } = await child;
    throw launchError(options.file, shortMessage ?? 'unknown');
  }
  return {
    pid: child.pid,
    down: child.stdio[3] as unknown as Writable,
    up: up.near,
    notes,
    exited,
  };
}

function launchError(program: string, reason: string): KnownError {
  return KnownError.of('PONS_ERR_PREDICTOR_LAUNCH', { program, reason });
}
