import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { deadline } from '../../support/deadline.ts';
import { MAIN, TSX } from '../../support/served.ts';
import { makeTempDir } from '../../support/temp-dir.ts';

/** What `pons check` said. */
export interface CheckOutcome {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const CHECK_MS = 90_000;

/** Runs `pons check PATH` to its end, in the folder of the tests. */
export async function checkProject(path: string, args: readonly string[] = []): Promise<CheckOutcome> {
  const child = spawn(process.execPath, ['--import', TSX, MAIN, 'check', path, '--state-dir', makeTempDir(), ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = once(child, 'close');
  const outcome = Promise.all([text(child.stdout), text(child.stderr), ended]);
  try {
    const [stdout, stderr] = await deadline(CHECK_MS, outcome, `pons check ${path}`);
    return { exitCode: child.exitCode, stdout, stderr };
  } finally {
    child.kill('SIGKILL');
  }
}
