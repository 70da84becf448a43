import { setTimeout as pause } from 'node:timers/promises';
import { execa } from 'execa';
import type { Logger } from '../../../log/logger.ts';
import { killGroup } from '../../../processes/kill-group.ts';
import { dyingWithParent } from '../../../processes/parent-death.ts';
import { readLines } from '../../../processes/printed-lines.ts';
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
  /** Asks it to end, and kills it after `graceMs`. */
  stop(graceMs: number): Promise<void>;
}

const LAST_LINES = 10;
const MAX_LINE_BYTES = 2000;
/** How long it is read what a process printed that has ended; a child of it may hold the stream open. */
const OUTPUT_GRACE_MS = 500;
/** What TensorFlow's own log lines begin with, after the time. */
const LEVEL = /^\S+ \S+ ([WEF]) /;

/** Starts a server in a process group of its own, which ends with Pons, however that ends. */
export function launch({ program, args, cwd, env, logger, reaper, setpriv }: LaunchOptions): Launched {
  const [file, fileArgs] = dyingWithParent(setpriv, program, args);
  const child = execa(file, fileArgs, {
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
  if (pid !== undefined) reaper.watch(watched);
  const lastLines: string[] = [];
  const printedAll = readLines(child.all, MAX_LINE_BYTES, (line) => {
    lastLines.push(line);
    if (lastLines.length > LAST_LINES) lastLines.shift();
    say(logger, line);
  });
  let hasEnded = false;
  // A function, since the type checker takes what it has seen false once for false after a wait too.
  const isOver = (): boolean => hasEnded;
  const ended = (async () => {
    const outcome = await Promise.race([exitOf(child), failureOf(child)]);
    if (pid !== undefined) killGroup(pid, 'SIGKILL');
    await Promise.race([printedAll, pause(OUTPUT_GRACE_MS, undefined, { ref: false })]);
    hasEnded = true;
    if (pid !== undefined) reaper.forget(watched);
    child.all.destroy();
    return outcome;
  })();
  return {
    pid: pid ?? null,
    lastLines,
    ended,
    stop: async (graceMs) => {
      // Its number may be another group's by now.
      if (pid === undefined || isOver()) return;
      killGroup(pid, 'SIGTERM');
      const waiting = new AbortController();
      const patience = pause(graceMs, undefined, { signal: waiting.signal }).catch(() => undefined);
      await Promise.race([ended, patience]);
      waiting.abort();
      if (!isOver()) killGroup(pid, 'SIGKILL');
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

function exitOf(child: NodeJS.EventEmitter): Promise<string> {
  return new Promise((resolve) => {
    child.once('exit', (code: number | null, signal: string | null) => {
      resolve(signal === null ? `ended with exit code ${code ?? 0}` : `was ended by ${signal}`);
    });
  });
}

/** Only that it could not be started: else execa waits for the end of the output too. */
async function failureOf(
  child: PromiseLike<{ readonly shortMessage?: string | undefined }> & { readonly pid?: number | undefined },
): Promise<string> {
  const { shortMessage } = await child;
  if (child.pid !== undefined) return new Promise(() => undefined);
  return `could not be started (${shortMessage ?? 'unknown'})`;
}
