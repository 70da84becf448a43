import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { KnownError } from '../errors/known-error.ts';
import { sourceWithBash } from './dotenv-bash.ts';
import { problemsIn } from './dotenv-problems.ts';
import type { Environment } from './machine-environment.ts';
import { isErrno, reasonOf } from './errno.ts';

/** What a project's `.env` does to the environment that it is read in. */
export interface Dotenv {
  readonly variables: Environment;
  /** The names that it unsets. */
  readonly removed: readonly string[];
  /** A sentence for each thing that bash accepts but that is hardly meant. */
  readonly notices: readonly string[];
}

export interface DotenvOptions {
  /** The folder that `.env` lies in; it is the working directory. */
  readonly projectDir: string;
  /** What its `$VAR`s refer to. */
  readonly environment: Environment;
  readonly timeoutMs?: number;
}

const DOTENV_TIMEOUT_MS = 10_000;
const NO_DOTENV: Dotenv = { variables: {}, removed: [], notices: [] };
// bash sets it before each command.
const LAST_ARGUMENT = '_';

/**
 * Reads `.env` with real bash, as `set -a; . ./.env` would; a project without one gives no variables.
 * Fails with `PONS_ERR_PROJECT_DOTENV` (never with a value in its message), `_BASH_MISSING` or `_UNREADABLE`.
 */
export async function readDotenv({ projectDir, environment, timeoutMs }: DotenvOptions): Promise<Dotenv> {
  const content = await readIfFile(join(projectDir, '.env'));
  if (content === null) return NO_DOTENV;
  const outcome = await sourceWithBash({ projectDir, environment, timeoutMs: timeoutMs ?? DOTENV_TIMEOUT_MS });
  const problems = problemsIn(outcome, content);
  if (problems.length > 0) throw KnownError.of('PONS_ERR_PROJECT_DOTENV', { file: '.env', problems });
  const { before, after } = outcome;
  const changed = [...after].filter(
    ([name, value]) => name !== LAST_ARGUMENT && before.get(name)?.equals(value) !== true,
  );
  return {
    variables: Object.fromEntries(changed.map(([name, value]) => [name, value.toString('utf8')])),
    removed: [...before.keys()].filter((name) => name !== LAST_ARGUMENT && !after.has(name)),
    notices: [...carriageReturns(content), ...nulls(content), ...notUtf8(changed)],
  };
}

async function readIfFile(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'latin1');
  } catch (error) {
    if (isErrno(error, 'ENOENT', 'ENOTDIR', 'EISDIR')) return null;
    throw KnownError.of('PONS_ERR_PROJECT_UNREADABLE', { path, reason: reasonOf(error) }, error);
  }
}

function carriageReturns(content: string): string[] {
  if (!content.includes('\r\n')) return [];
  return ['.env has Windows line ends (CRLF): each value ends with a carriage return. Save it with LF line ends.'];
}

function nulls(content: string): string[] {
  const at = content.indexOf('\0');
  if (at < 0) return [];
  const line = content.slice(0, at).split('\n').length;
  return [`.env:${line} has a NUL character, which bash leaves out; no variable can hold one.`];
}

function notUtf8(variables: readonly (readonly [string, Buffer])[]): string[] {
  return variables
    .filter(([, value]) => !Buffer.from(value.toString('utf8'), 'utf8').equals(value))
    .map(([name]) => `.env gives ${name} bytes that are not UTF-8; they are replaced by U+FFFD.`);
}
