import { stat } from 'node:fs/promises';
import { isAbsolute, join, resolve } from 'node:path';
import { execa } from 'execa';
import { KnownError } from '../../errors/known-error.ts';
import { machineEnvironment } from '../environment.ts';
import { findAllOnPath } from '../../processes/find-on-path.ts';
import { assertNoShortage, shortageSaid } from '../../processes/shortage.ts';
import { assertSpawnRoom } from '../../processes/spawn-room.ts';

/** A Python that was asked about itself. */
export interface Interpreter {
  /** `sys.executable`: starting it is fast, also where the PATH has a slow shim. */
  readonly executable: string;
  readonly version: readonly [major: number, minor: number, micro: number];
  readonly prefix: string;
  readonly basePrefix: string;
  /** The folders that its packages are installed in. */
  readonly packageDirs: readonly string[];
}

const OLDEST: readonly [number, number] = [3, 6];
const DEFAULT_NAMES = ['python3', 'python'];
const ASK_TIMEOUT_MS = 20_000;
// Behind a mark, since a start-up file of the user may print; Python 2 has to understand it too.
const MARK = 'pons-interpreter:';
const QUESTION = `
import json, os, sys
print(${JSON.stringify(MARK)} + json.dumps({
    "executable": sys.executable,
    "version": list(sys.version_info[:3]),
    "prefix": sys.prefix,
    "basePrefix": getattr(sys, "base_prefix", sys.prefix),
    "packageDirs": [p for p in sys.path if os.path.basename(p) in ("site-packages", "dist-packages")],
}))
`;

interface Attempt {
  readonly command: string;
  readonly reason: string;
}

/**
 * Finds the Python to run with: `python` (a path, or a name on the PATH), or the first usable `python3` or `python` on the PATH.
 * Fails with `PONS_ERR_PROJECT_PYTHON_UNUSABLE`, naming everything that was tried, with an error of the area MACHINE, or with the abort of `signal`.
 */
export async function resolveInterpreter(python: string | null, signal?: AbortSignal): Promise<Interpreter> {
  const tried: Attempt[] = [];
  for (const command of await candidates(python)) {
    const answer = await ask(command, signal);
    signal?.throwIfAborted();
    if (!('reason' in answer)) return answer;
    tried.push(answer);
  }
  if (tried.length === 0) {
    const names = python === null ? DEFAULT_NAMES : [python];
    tried.push(...names.map((command) => ({ command, reason: 'not on the PATH' })));
  }
  throw KnownError.of('PONS_ERR_PROJECT_PYTHON_UNUSABLE', { tried });
}

async function candidates(python: string | null): Promise<string[]> {
  const path = process.env['PATH'];
  if (python === null) return (await Promise.all(DEFAULT_NAMES.map((name) => findAllOnPath(name, path)))).flat();
  return python.includes('/') || isAbsolute(python) ? [resolve(python)] : await findAllOnPath(python, path);
}

async function ask(command: string, signal: AbortSignal | undefined): Promise<Interpreter | Attempt> {
  assertSpawnRoom(command);
  const asked = await execa(command, ['-c', QUESTION], {
    env: machineEnvironment(),
    extendEnv: false,
    reject: false,
    stdin: 'ignore',
    timeout: ASK_TIMEOUT_MS,
    ...(signal === undefined ? {} : { cancelSignal: signal }),
    forceKillAfterDelay: 500,
  });
  const { exitCode, stdout, stderr, timedOut, code } = asked;
  assertNoShortage(asked, command);
  if (timedOut) return { command, reason: `gave no answer within ${ASK_TIMEOUT_MS / 1000} s` };
  if (exitCode === undefined) return { command, reason: await whyNotStarted(command, code) };
  const lines = stderr.trim().split('\n');
  // A shim is a script, which may find no room for what it starts.
  const shortage = exitCode === 0 ? null : shortageSaid(lines, command);
  if (shortage !== null) throw shortage;
  const answer = stdout.split('\n').find((line) => line.startsWith(MARK));
  if (answer === undefined) {
    const last = lines.at(-1) ?? '';
    return { command, reason: exitCode === 0 ? 'not a Python' : last || `ended with exit code ${exitCode}` };
  }
  const interpreter = JSON.parse(answer.slice(MARK.length)) as Interpreter;
  const [major, minor] = interpreter.version;
  const isOldEnough = major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1]);
  return isOldEnough
    ? interpreter
    : { command, reason: `Python ${interpreter.version.join('.')}; at least ${OLDEST.join('.')} is needed` };
}

async function whyNotStarted(command: string, code: string | undefined): Promise<string> {
  const stats = await stat(command).catch(() => null);
  if (stats === null) return 'does not exist';
  return stats.isDirectory()
    ? `a folder; did you mean ${join(command, 'bin', 'python')}?`
    : `cannot be started (${code ?? 'killed'})`;
}
