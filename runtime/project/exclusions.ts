import { readFile } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { KnownError } from '../errors/known-error.ts';
import { isErrno, reasonOf } from './errno.ts';
import { parseIgnoreFile, type IgnoreRules } from './ignore.ts';

const IGNORE_FILE = '.cortexignore';
const DOTENV_FILE = '.env';
const PYTHON_COMPILED = ['.pyc', '.pyo', '.pyd'];

export interface Exclusions {
  /** What excludes `path` (relative, with `/`) by itself, in words that follow "is excluded by"; null when nothing does. */
  exclusionOf(path: string, isFolder: boolean): string | null;
}

/** Reads the rules that decide which files a predictor sees: the fixed ones and `.cortexignore` at `root`. */
export async function readExclusions(root: string, configPath: string): Promise<Exclusions> {
  const ignored = await readIgnoreFile(join(root, IGNORE_FILE));
  return {
    exclusionOf(path, isFolder) {
      if (path === DOTENV_FILE && !isFolder) return null;
      if (path === configPath) return 'being the configuration file';
      const byName = exclusionByName(basename(path), isFolder);
      if (byName !== null) return byName;
      const rule = ignored?.excludedBy(path, isFolder) ?? null;
      return rule === null ? null : `line ${rule.line} of ${IGNORE_FILE} (${rule.pattern})`;
    },
  };
}

function exclusionByName(name: string, isFolder: boolean): string | null {
  if (name.startsWith('.')) return `the rule for names that begin with "." (${name})`;
  if (isFolder) return name === '__pycache__' ? 'the rule for __pycache__ folders' : null;
  if (name.startsWith('cortex-debug-')) return 'the rule for names that begin with "cortex-debug-"';
  return PYTHON_COMPILED.includes(extname(name)) ? `the rule for *${extname(name)} files` : null;
}

async function readIgnoreFile(path: string): Promise<IgnoreRules | null> {
  try {
    return parseIgnoreFile(await readFile(path));
  } catch (error) {
    if (isErrno(error, 'ENOENT', 'EISDIR')) return null;
    throw KnownError.of('PONS_ERR_PROJECT_UNREADABLE', { path, reason: reasonOf(error) }, error);
  }
}
