import { existsSync } from 'node:fs';
import { stripVTControlCharacters } from 'node:util';
import { startProgram } from '../../processes/program.ts';
import type { Environment } from '../environment.ts';
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
 * all that it started, and an abort is thrown. A background process that it leaves behind does not hold this up. Where the machine has no room for it, an error of
 * the area MACHINE is thrown.
 */
export async function runChild(file: string, args: readonly string[], options: ChildOptions): Promise<ChildOutcome> {
  const { cwd, say, signal, preparation } = options;
  signal.throwIfAborted();
  const program = startProgram({
    file,
    args,
    cwd,
    env: Object.fromEntries(Object.entries(options.environment).filter(([name]) => !name.startsWith('PONS_'))),
    reaper: preparation.reaper,
    // A program that is not there is started directly, so that its absence is told as such.
    setpriv: existsSync(file) ? preparation.setpriv : null,
    maxLineBytes: MAX_LINE_BYTES,
    keptLines: LAST_LINES,
    printed: (printed) => {
      const line = stripVTControlCharacters(printed).trimEnd();
      if (line !== '') say(line);
      return line;
    },
  });
  const kill = (): void => {
    program.kill('SIGKILL');
  };
  process.once('exit', kill);
  signal.addEventListener('abort', kill, { once: true });
  try {
    const { isGood, outcome, shortage } = await program.ended;
    await program.leave(OUTPUT_GRACE_MS);
    signal.throwIfAborted();
    if (shortage !== null) throw shortage;
    return { ok: isGood, outcome, lastLines: program.lastLines };
  } finally {
    process.off('exit', kill);
    signal.removeEventListener('abort', kill);
  }
}
