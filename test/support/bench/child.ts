import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { deadline } from '../deadline.ts';

const TOLD_CHARACTERS = 2000;
const STOP_MS = 30_000;

/** A program that a benchmark runs beside Pons. */
export interface Child {
  readonly pid: number;
  /** Rejects when it has ended by itself; never resolves. */
  readonly died: Promise<never>;
  /** Asks it to end, and waits until it has. */
  stop(): Promise<void>;
  end(): Promise<void>;
}

/** Starts a program; it and its own children are killed by `end`, or when the benchmark ends. What it says on stderr is told when it dies. */
export function startChild(
  command: string,
  args: readonly string[],
  options: { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv } = {},
): Child {
  const child = spawn(command, args, { ...options, stdio: ['ignore', 'ignore', 'pipe'], detached: true });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-TOLD_CHARACTERS);
  });
  const kill = (): void => {
    if (child.pid === undefined || child.exitCode !== null) return;
    try {
      process.kill(-child.pid, 'SIGKILL');
    } catch {
      return;
    }
  };
  process.once('exit', kill);
  // It has a process group of its own, which Ctrl-C does not reach.
  for (const signal of ['SIGINT', 'SIGTERM']) if (process.listenerCount(signal) === 0) process.once(signal, leave);
  const exited = once(child, 'exit');
  const died = exited.then(() => Promise.reject(new Error(`${command} ${args.join(' ')} has ended: ${said}`)));
  died.catch(() => undefined);
  const end = async (): Promise<void> => {
    kill();
    process.off('exit', kill);
    await exited;
  };
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    try {
      await deadline(STOP_MS, exited, `stopping ${command}`);
    } finally {
      await end();
    }
  };
  return { pid: child.pid ?? 0, died, stop, end };
}

function leave(): void {
  process.exit(1);
}
