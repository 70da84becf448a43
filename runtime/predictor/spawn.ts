import type { Readable, Writable } from 'node:stream';
import { execa } from 'execa';
import { assertSpawnRoom } from '../processes/spawn-room.ts';
import { IN_MEMORY_DIR } from '../processes/unnamed-file.ts';
import { BegunNotes } from './begun-notes.ts';
import type { Output } from './output.ts';
import { A_PREDICTOR, startError } from './start-error.ts';
import { openUpSocket, type UpSocket } from './up-socket.ts';

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

/**
 * Starts a process in a session and process group of its own, with the bridge on fds 3 to 5. Rejects with `PONS_ERR_PREDICTOR_LAUNCH`, an error of the
 * area MACHINE or `PONS_ERR_STATE_TEMP_UNWRITABLE`, and leaves nothing open then. The write ends of the output are closed in any case.
 */
export async function spawnHost(options: SpawnOptions): Promise<Spawned> {
  let notes: BegunNotes | null = null;
  let up: UpSocket | null = null;
  try {
    notes = BegunNotes.open([IN_MEMORY_DIR, options.runDir], options.threads);
    up = await openUpSocket();
    return await spawn(options, notes, up);
  } catch (error) {
    notes?.take();
    up?.near.destroy();
    throw startError(error, options.file);
  } finally {
    up?.far.destroy();
    options.output.closeWriteEnds();
  }
}

async function spawn(options: SpawnOptions, notes: BegunNotes, up: UpSocket): Promise<Spawned> {
  assertSpawnRoom(A_PREDICTOR);
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
  if (child.pid === undefined) throw startError(await child, options.file);
  return {
    pid: child.pid,
    down: child.stdio[3] as unknown as Writable,
    up: up.near,
    notes,
    exited,
  };
}
