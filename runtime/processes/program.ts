import { execa } from 'execa';
import { killGroup } from './kill-group.ts';
import { dyingWithParent } from './parent-death.ts';
import { readLines } from './printed-lines.ts';
import type { Reaper } from './reaper.ts';
import { isKnownError, type KnownError } from '../errors/known-error.ts';
import { shortageIn } from './shortage.ts';
import { assertSpawnRoom } from './spawn-room.ts';

export interface ProgramOptions {
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** All that it gets. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly reaper: Reaper;
  /** What `probeSetpriv` finds, or null where the program is to be started directly. */
  readonly setpriv: string | null;
  /** Of a longer line only the beginning is read. */
  readonly maxLineBytes: number;
  /** Gets each line that it prints, on either stream, and returns it as it is kept; an empty one is not. */
  readonly printed: (line: string) => string;
  /** How many of the last lines are kept. */
  readonly keptLines: number;
}

/** How a program ended. */
export interface ProgramEnd {
  readonly isGood: boolean;
  /** In words that follow its name: `ended with exit code 1`. */
  readonly outcome: string;
  /** What the system lacked to start it; null where it was started, or never can be. */
  readonly shortage: KnownError | null;
}

/** A program in a process group of its own, without a terminal and without input. */
export interface Program {
  /** null where it could not be started. */
  readonly pid: number | null;
  /** The last that it printed. */
  readonly lastLines: readonly string[];
  /** Settles when the process itself has ended or could not be started, whatever of its group still lives. */
  readonly ended: Promise<ProgramEnd>;
  /** Signals all of its group; not to be called after `leave`, when its number may be another group's. */
  kill(signal: NodeJS.Signals): void;
  /** Reads the rest of what it printed, for `graceMs` at most: a child of it may hold the streams open. Then nothing is known of it any more. */
  leave(graceMs: number): Promise<void>;
}

/** Starts a program, which is killed with all that it starts when Pons ends, however that ends. */
export function startProgram(options: ProgramOptions): Program {
  const { cwd, env, reaper, setpriv, maxLineBytes, printed, keptLines } = options;
  try {
    assertSpawnRoom(options.file);
  } catch (error) {
    return neverStarted(error, options.file);
  }
  const [file, args] = dyingWithParent(setpriv, options.file, options.args);
  const child = execa(file, args, {
    cwd,
    env,
    extendEnv: false,
    reject: false,
    buffer: false,
    stdin: 'ignore',
    all: true,
    detached: true,
    cleanup: false,
  });
  const { pid } = child;
  const watched = { group: pid ?? 0, mountNamespace: null, projectDir: null };
  const kill = (signal: NodeJS.Signals): void => {
    if (pid !== undefined) killGroup(pid, signal);
  };
  if (pid !== undefined) reaper.watch(watched);
  const lastLines: string[] = [];
  const read = readLines(child.all, maxLineBytes, (line) => {
    const kept = printed(line);
    if (kept === '') return;
    lastLines.push(kept);
    if (lastLines.length > keptLines) lastLines.shift();
  });
  return {
    pid: pid ?? null,
    lastLines,
    ended: pid === undefined ? child.then(({ cause }) => notStarted(cause, options.file)) : exitOf(child),
    kill,
    leave: async (graceMs) => {
      await within(graceMs, read);
      if (pid !== undefined) reaper.forget(watched);
      child.all.destroy();
    },
  };
}

/** execa waits for the end of the output too, which a background process can put off for ever. */
function exitOf(child: NodeJS.EventEmitter): Promise<ProgramEnd> {
  return new Promise((resolve) => {
    child.once('exit', (code: number | null, signal: string | null) => {
      const outcome = signal === null ? `ended with exit code ${code ?? 0}` : `was ended by ${signal}`;
      resolve({ isGood: code === 0, outcome, shortage: null });
    });
  });
}

function notStarted(cause: unknown, file: string): ProgramEnd {
  // A known error says in a whole sentence what the system said.
  const said = isKnownError(cause) ? cause.cause : cause;
  const reason = said instanceof Error ? said.message : String(said);
  return { isGood: false, outcome: `could not be started (${reason})`, shortage: shortageIn(cause, file) };
}

function neverStarted(error: unknown, file: string): Program {
  const nothing = (): void => undefined;
  const ended = Promise.resolve(notStarted(error, file));
  return { pid: null, lastLines: [], ended, kill: nothing, leave: () => Promise.resolve() };
}

async function within(ms: number, promise: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms).unref();
  });
  await Promise.race([promise, late]);
  clearTimeout(timer);
}
