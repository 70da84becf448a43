import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { makeVictim } from './first-victim.ts';
import { assertSpawnRoom } from './spawn-room.ts';

export interface StartOptions {
  /** Begins a sentence on what keeps it from being started. */
  readonly what: string;
  readonly args: readonly string[];
  readonly nodeOptions: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** A file descriptor of this process that is to be the other one's number 5; null: it has none. */
  readonly fd: number | null;
}

/** What there is of a process once it is asked for: where the system has not started it, no more than its events. */
export type StartedProcess = Omit<ChildProcess, 'stderr' | 'stdio'> & {
  readonly stderr?: ChildProcess['stderr'];
  readonly stdio?: ChildProcess['stdio'];
};

/**
 * Starts another process of this program, to be spoken to by messages, which are what JSON can say, and by a socket, its file descriptor 4. It is in a process
 * group of its own, so that what a terminal sends to Pons does not reach it, and its stderr is to be read. It has to end itself when the connection does. What keeps
 * it from being started is thrown, or comes as the event `error`, which `close` follows.
 * @param source the file of the process in the source tree, which is run in tests
 * @param built its name in a built tree, beside the program, as `.config/build.js` has it
 */
export function startProcess(source: URL, built: string, options: StartOptions): StartedProcess {
  const isBuilt = import.meta.url.endsWith('.js');
  assertSpawnRoom(options.what);
  const child: StartedProcess = fork(
    fileURLToPath(isBuilt ? new URL(`./${built}`, import.meta.url) : source),
    options.args,
    {
      execArgv: [...(isBuilt ? [] : ['--import', import.meta.resolve('tsx')]), ...options.nodeOptions],
      env: options.env,
      stdio: ['ignore', 'ignore', 'pipe', 'ipc', 'pipe', options.fd ?? 'ignore'],
      detached: true,
    },
  );
  if (child.pid !== undefined) makeVictim(child.pid);
  return child;
}
