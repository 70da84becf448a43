import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { stripVTControlCharacters } from 'node:util';
import { execa } from 'execa';
import type { Environment } from '../environment.ts';
import { killGroup } from '../../processes/kill-group.ts';
import { dyingWithParent } from '../../processes/parent-death.ts';
import { readLines } from '../../processes/printed-lines.ts';
import { reasonOf } from '../errno.ts';
import type { Preparation } from './preparation.ts';

export interface ChildOptions {
  readonly cwd: string;
  readonly environment: Environment;
  /** Gets each line that the child prints, on either stream. */
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
  readonly preparation: Preparation;
}

export interface ChildOutcome {
  readonly ok: boolean;
  /** What became of it, in words that follow its name: `ended with exit code 1`. */
  readonly outcome: string;
  /** The last that it printed. */
  readonly lastLines: readonly string[];
}

const LAST_LINES = 15;
/** Above what compilers print of their commands. */
const MAX_LINE_BYTES = 16 * 1024;
const OUTPUT_GRACE_MS = 1000;

/**
 * Runs a program to its end. It has no terminal and no input, so that it cannot ask; when `signal` aborts, or Pons ends, it is killed with
 * all that it started, and an abort is thrown. A background process that it leaves behind does not hold this up.
 */
export async function runChild(file: string, args: readonly string[], options: ChildOptions): Promise<ChildOutcome> {
  const { cwd, say, signal, preparation } = options;
  signal.throwIfAborted();
  const env = Object.fromEntries(Object.entries(options.environment).filter(([name]) => !name.startsWith('PONS_')));
  // A program that is not there is started directly, so that its absence is told as such.
  const [program, programArgs] = dyingWithParent(existsSync(file) ? preparation.setpriv : null, file, args);
  const child = execa(program, programArgs, {
    cwd,
    env,
    extendEnv: false,
    reject: false,
    buffer: false,
    stdin: 'ignore',
    all: true,
    detached: true,
  });
  const kill = (): void => {
    if (child.pid !== undefined) killGroup(child.pid, 'SIGKILL');
  };
  const watched = { group: child.pid ?? 0, mountNamespace: null, projectDir: null };
  if (child.pid !== undefined) preparation.reaper.watch(watched);
  process.once('exit', kill);
  signal.addEventListener('abort', kill, { once: true });
  const lastLines: string[] = [];
  const printedAll = readLines(child.all, MAX_LINE_BYTES, (printed) => {
    const line = stripVTControlCharacters(printed).trimEnd();
    if (line === '') return;
    lastLines.push(line);
    if (lastLines.length > LAST_LINES) lastLines.shift();
    say(line);
  });
  try {
    const end = await Promise.race([child, exitOf(child)]);
    await Promise.race([printedAll, once(AbortSignal.timeout(OUTPUT_GRACE_MS), 'abort')]);
    signal.throwIfAborted();
    return { ok: end.exitCode === 0, outcome: outcomeOf(end), lastLines };
  } finally {
    process.off('exit', kill);
    preparation.reaper.forget(watched);
    signal.removeEventListener('abort', kill);
    child.all.destroy();
  }
}

interface End {
  readonly exitCode?: number | undefined;
  readonly signal?: string | undefined;
  readonly cause?: unknown;
}

// execa waits for the end of the output too, which a background process can put off for ever.
function exitOf(child: NodeJS.EventEmitter): Promise<End> {
  return new Promise((resolve) => {
    child.once('exit', (exitCode: number | null, signal: string | null) => {
      resolve({ exitCode: exitCode ?? undefined, signal: signal ?? undefined });
    });
  });
}

function outcomeOf({ exitCode, signal, cause }: End): string {
  if (signal !== undefined) return `was ended by ${signal}`;
  return exitCode === undefined ? `could not be started (${reasonOf(cause)})` : `ended with exit code ${exitCode}`;
}
