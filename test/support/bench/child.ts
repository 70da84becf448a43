import { spawn, type SpawnOptions } from 'node:child_process';
import { once } from 'node:events';

/** A program that a benchmark runs beside Pons. */
export interface Child {
  readonly pid: number;
  /** Rejects when it has ended by itself; never resolves. */
  readonly died: Promise<never>;
  end(): Promise<void>;
}

/** Starts a program whose stderr is shown; it and its own children are killed by `end`, or when the benchmark ends. */
export function startChild(command: string, args: readonly string[], options: SpawnOptions = {}): Child {
  const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'inherit'], detached: true, ...options });
  const kill = (): void => {
    if (child.pid === undefined || child.exitCode !== null) return;
    try {
      process.kill(-child.pid, 'SIGKILL');
    } catch {
      return;
    }
  };
  process.once('exit', kill);
  const exited = once(child, 'exit');
  const died = exited.then(() => Promise.reject(new Error(`${command} ${args.join(' ')} has ended`)));
  died.catch(() => undefined);
  return {
    pid: child.pid ?? 0,
    died,
    end: async () => {
      kill();
      process.off('exit', kill);
      await exited;
    },
  };
}
