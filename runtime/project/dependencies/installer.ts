import { rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { KnownError } from '../../errors/known-error.ts';
import { activate, type Environment } from '../environment.ts';
import { findOnPath } from '../../processes/find-on-path.ts';
import { assertNoShortage } from '../../processes/shortage.ts';
import { assertSpawnRoom } from '../../processes/spawn-room.ts';
import { makeTempFolder } from '../../state/temp-folder.ts';
import { runChild, type ChildOptions, type ChildOutcome } from './child.ts';
import { environmentPython } from './environment-folder.ts';
import type { Interpreter } from './interpreter.ts';

/** What installs packages into one environment. */
export interface Installer {
  readonly kind: 'uv' | 'pip';
  readonly uv: string | null;
  readonly prefix: string;
  readonly options: ChildOptions;
}

const UV_OLDEST_MINOR = 8;

/** The `uv` on the PATH where it serves this Python; null means pip. */
export async function findUv(interpreter: Interpreter, environment: Environment): Promise<string | null> {
  const [major, minor] = interpreter.version;
  return major === 3 && minor < UV_OLDEST_MINOR ? null : await findOnPath('uv', environment['PATH']);
}

/** Makes an empty virtual environment. Fails with `PONS_ERR_PROJECT_VENV_FAILED`. */
export async function makeVenv(
  interpreter: Interpreter,
  prefix: string,
  uv: string | null,
  options: ChildOptions,
): Promise<void> {
  const { executable, version } = interpreter;
  const environment = installerEnvironment(options.environment, prefix);
  // Not in the project's folder, whose `logging.py` would be imported by `-m venv`.
  const quiet = { ...options, cwd: dirname(prefix), environment, say: () => undefined };
  const { ok, outcome, lastLines } =
    uv === null
      ? await runChild(executable, ['-m', 'venv', prefix], quiet)
      : await runChild(uv, ['venv', '--quiet', '--python', executable, prefix], quiet);
  if (!ok) throw KnownError.of('PONS_ERR_PROJECT_VENV_FAILED', { python: executable, outcome, lastLines });
  // The pip that came with Python 3.6 knows none of today's wheels; without a newer one it still serves for the rest.
  if (uv === null && version[0] === 3 && version[1] < 7)
    await runChild(pipOf(prefix), ['install', '--quiet', '--upgrade', 'pip'], quiet);
}

/** Runs `pip install` or `uv pip install` with `args`. */
export async function install(
  { kind, uv, prefix, options }: Installer,
  args: readonly string[],
): Promise<ChildOutcome> {
  const child = { ...options, environment: installerEnvironment(options.environment, prefix) };
  return kind === 'uv' && uv !== null
    ? await runChild(uv, ['pip', 'install', '--python', environmentPython(prefix), ...args], child)
    : // Not `python -m pip`: that would put the project's folder, and a `queue.py` in it, before the standard library.
      await runChild(pipOf(prefix), ['install', ...args], child);
}

/** Runs `act` with a constraints file that holds everything installed at the version that it has. Rejects as `act` does, or with an error of the area MACHINE. */
export async function withInstalledPinned<T>(
  installer: Installer,
  act: (constraints: string) => Promise<T>,
): Promise<T> {
  const { uv, prefix, options } = installer;
  const [file, args] =
    installer.kind === 'uv' && uv !== null
      ? [uv, ['pip', 'list', '--quiet', '--format', 'freeze', '--python', environmentPython(prefix)]]
      : [pipOf(prefix), ['list', '--format', 'freeze']];
  const env = installerEnvironment(options.environment, prefix);
  assertSpawnRoom(file);
  const listed = await execa(file, args, {
    env,
    extendEnv: false,
    cwd: options.cwd,
    stdin: 'ignore',
    reject: false,
  });
  assertNoShortage(listed, file);
  const pins = listed.stdout
    .split('\n')
    .filter((line) => /^[\w.-]+==\S+$/.test(line) && !/^(?:pip|setuptools|wheel)==/.test(line));
  const folder = await makeTempFolder('pons-constraints-');
  try {
    const constraints = join(folder, 'constraints.txt');
    await writeFile(constraints, pins.map((pin) => `${pin}\n`).join(''));
    return await act(constraints);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function pipOf(prefix: string): string {
  return join(prefix, 'bin', 'pip');
}

const ELSEWHERE = [
  'PIP_TARGET',
  'PIP_PREFIX',
  'PIP_ROOT',
  'PIP_DRY_RUN',
  'PYTHONHOME',
  'UV_SYSTEM_PYTHON',
  'UV_PROJECT_ENVIRONMENT',
];

/** The API's environment, in which nothing asks and everything goes into `prefix`. */
function installerEnvironment(environment: Environment, prefix: string): Environment {
  const kept = Object.entries(environment).filter(([name]) => !ELSEWHERE.includes(name) && !name.startsWith('PONS_'));
  return {
    ...activate(Object.fromEntries(kept), prefix),
    PIP_NO_INPUT: '1',
    PIP_USER: '0',
    PIP_DISABLE_PIP_VERSION_CHECK: '1',
    UV_NO_PROGRESS: '1',
    GIT_TERMINAL_PROMPT: '0',
    GIT_SSH_COMMAND: environment['GIT_SSH_COMMAND'] ?? 'ssh -o BatchMode=yes',
  };
}
