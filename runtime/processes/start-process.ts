import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { assertSpawnRoom } from './spawn-room.ts';

export interface StartOptions {
  /** Begins a sentence on what keeps it from being started. */
  readonly what: string;
  readonly args: readonly string[];
  readonly nodeOptions: readonly string[];
  readonly env: NodeJS.ProcessEnv;
}

/**
 * Starts another process of this program, to be spoken to by messages, which may hold what the algorithm of structured clones takes. It is in a process group of its
 * own, so that what a terminal sends to Pons does not reach it, and its stderr is to be read. It has to end itself when the connection does. Throws
 * `PONS_ERR_MACHINE_NO_FILES`; what else keeps it from being started comes as the event `error`.
 * @param source the file of the process in the source tree, which is run in tests
 * @param built its name in a built tree, beside the program, as `.config/build.js` has it
 */
export function startProcess(source: URL, built: string, options: StartOptions): ChildProcess {
  const isBuilt = import.meta.url.endsWith('.js');
  assertSpawnRoom(options.what);
  return fork(fileURLToPath(isBuilt ? new URL(`./${built}`, import.meta.url) : source), options.args, {
    execArgv: [...(isBuilt ? [] : ['--import', import.meta.resolve('tsx')]), ...options.nodeOptions],
    env: options.env,
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    detached: true,
  });
}
