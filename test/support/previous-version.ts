import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { TSX } from './served.ts';
import { makeTempDir } from './temp-dir.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** An earlier version of Pons, ready to be run. */
export interface PreviousVersion {
  /** Its tag, `HEAD^`, or `HEAD` where the repository has nothing before it, as in a shallow clone: then it is what was committed of this one. */
  readonly name: string;
  /** The arguments of Node that come before those of `pons`. */
  readonly program: readonly string[];
}

/**
 * The version before this one: the latest tag that this one has come from, or the commit before, as long as there is no tag. It runs with the packages of
 * this one. Null where there is no git repository to take it from.
 */
export function previousVersion(root = ROOT): PreviousVersion | null {
  let name: string;
  try {
    const tags = git(
      root,
      'tag',
      '--list',
      'v[0-9]*',
      '[0-9]*',
      '--merged',
      'HEAD',
      '--no-contains',
      'HEAD',
      '--sort=-v:refname',
    );
    name = tags.toString().split('\n')[0] ?? '';
  } catch {
    return null;
  }
  if (name === '') name = hasCommit(root, 'HEAD^') ? 'HEAD^' : 'HEAD';
  const folder = join(makeTempDir(), 'previous');
  mkdirSync(folder);
  execFileSync('tar', ['-x', '-C', folder], { input: git(root, 'archive', name) });
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  return { name, program: ['--import', TSX, join(folder, 'runtime', 'cli', 'main.ts')] };
}

function hasCommit(root: string, name: string): boolean {
  try {
    git(root, 'rev-parse', '--verify', '--quiet', `${name}^{commit}`);
    return true;
  } catch {
    return false;
  }
}

function git(root: string, ...args: readonly string[]): Buffer {
  return execFileSync('git', ['-C', root, ...args], { stdio: ['ignore', 'pipe', 'ignore'], maxBuffer: 2 ** 30 });
}
