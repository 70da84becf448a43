import { setTimeout as pause } from 'node:timers/promises';
import type { KnownError } from '../../../errors/known-error.ts';
import type { Logger } from '../../../log/logger.ts';
import { startProgram } from '../../../processes/program.ts';
import type { Reaper } from '../../../processes/reaper.ts';

export interface LaunchOptions {
  /** Absolute. */
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly logger: Logger;
  readonly reaper: Reaper;
  /** What `probeSetpriv` finds. */
  readonly setpriv: string | null;
}

/** One process of a server, with all that it starts. */
export interface Launched {
  readonly pid: number | null;
  /** The last that it printed. */
  readonly lastLines: readonly string[];
  /** Settles when the process has ended and nothing of its group is left; to what became of it, in words that follow its name. */
  readonly ended: Promise<string>;
  /** What the system lacked to start it, once `ended` has settled; else null. */
  readonly shortage: KnownError | null;
  /** Asks it to end, and kills it after `graceMs`. */
  stop(graceMs: number): Promise<void>;
}

const LAST_LINES = 10;
const MAX_LINE_BYTES = 2000;
/** How long it is read what a process printed that has ended. */
const OUTPUT_GRACE_MS = 500;
/** What TensorFlow's own log lines begin with, after the time. */
const LEVEL = /^\S+ \S+ ([WEF]) /;

/** Starts a server in a process group of its own, which ends with Pons, however that ends. */
export function launch({ program: file, logger, ...options }: LaunchOptions): Launched {
  const program = startProgram({
    ...options,
    file,
    maxLineBytes: MAX_LINE_BYTES,
    keptLines: LAST_LINES,
    printed: (line) => {
      say(logger, line);
      return line;
    },
  });
  let hasEnded = false;
  let shortage: KnownError | null = null;
  // A function, since the type checker takes what it has seen false once for false after a wait too.
  const isOver = (): boolean => hasEnded;
  const ended = (async () => {
    const end = await program.ended;
    program.kill('SIGKILL');
    await program.leave(OUTPUT_GRACE_MS);
    hasEnded = true;
    ({ shortage } = end);
    return end.outcome;
  })();
  return {
    pid: program.pid,
    lastLines: program.lastLines,
    ended,
    get shortage() {
      return shortage;
    },
    stop: async (graceMs) => {
      if (isOver()) return;
      program.kill('SIGTERM');
      const waiting = new AbortController();
      const patience = pause(graceMs, undefined, { signal: waiting.signal }).catch(() => undefined);
      await Promise.race([ended, patience]);
      waiting.abort();
      if (!isOver()) program.kill('SIGKILL');
      await ended;
    },
  };
}

function say(logger: Logger, line: string): void {
  const level = LEVEL.exec(line)?.[1] ?? 'I';
  if (level === 'I') logger.info(line);
  else if (level === 'W') logger.warning(line);
  else logger.error(line);
}
