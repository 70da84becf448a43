import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { KnownError } from '../../errors/known-error.ts';
import type { Environment } from '../environment.ts';
import { findOnPath } from '../../processes/find-on-path.ts';
import { runChild, type ChildOptions } from './child.ts';
import type { Interpreter } from './interpreter.ts';

const TOOLS = ['mamba', 'micromamba', 'conda'];
const NAMES_PYTHON = /^\s*(?:[\w./-]+::)?python(?![\w-])/m;

/** The first of mamba, micromamba and conda on the PATH. Fails with `PONS_ERR_PROJECT_CONDA_MISSING`. */
export async function findConda(environment: Environment, path: string): Promise<string> {
  for (const name of TOOLS) {
    const tool = await findOnPath(name, environment['PATH']);
    if (tool !== null) return tool;
  }
  throw KnownError.of('PONS_ERR_PROJECT_CONDA_MISSING', { path });
}

/**
 * Makes an environment at `prefix` with the packages that `path` (relative to the working directory) lists, and with the interpreter's
 * version of Python unless the file names one. Fails with `PONS_ERR_PROJECT_INSTALL_FAILED`.
 */
export async function makeCondaEnvironment(
  tool: string,
  { path, prefix, interpreter }: { path: string; prefix: string; interpreter: Interpreter },
  options: ChildOptions,
): Promise<void> {
  const [major, minor] = interpreter.version;
  const namesPython = NAMES_PYTHON.test(await readFile(join(options.cwd, path), 'utf8'));
  const python = namesPython ? [] : [`python=${major}.${minor}`];
  const args = ['create', '--yes', '--prefix', prefix, '--file', path, ...python, 'pip'];
  const { ok, outcome, lastLines } = await runChild(tool, args, options);
  if (ok) return;
  throw KnownError.of('PONS_ERR_PROJECT_INSTALL_FAILED', {
    what: path,
    command: `${basename(tool)} create`,
    outcome,
    lastLines,
  });
}
