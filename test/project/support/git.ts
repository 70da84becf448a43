import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeTempDir } from '../../support/temp-dir.ts';

const folder = makeTempDir();
const env = { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' };
execFileSync('git', ['init', '--quiet', folder], { env });

/** Those of `paths` (files) that git ignores by an ignore file of this content. */
export function ignoredByGit(content: string | Buffer, paths: readonly string[]): Set<string> {
  writeFileSync(join(folder, '.git', 'info', 'exclude'), content);
  try {
    const input = paths.map((path) => `${path}\0`).join('');
    const output = execFileSync('git', ['check-ignore', '--no-index', '--stdin', '-z'], { cwd: folder, env, input });
    return new Set(output.toString().split('\0').filter(Boolean));
  } catch (error) {
    // 1: none of them.
    if (error instanceof Error && 'status' in error && error.status === 1) return new Set();
    throw error;
  }
}

/** The files below `root` that git would add, by the ignore file of this name. */
export function filesByGit(root: string, ignoreFile: string): string[] {
  const args = [
    `--git-dir=${folder}/.git`,
    `--work-tree=${root}`,
    'ls-files',
    '-z',
    '--others',
    `--exclude-from=${ignoreFile}`,
  ];
  const output = execFileSync('git', args, { cwd: root, env: { ...env, GIT_DIR: join(folder, '.git') } });
  return output.toString().split('\0').filter(Boolean).sort();
}
