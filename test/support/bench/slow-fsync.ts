import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeTempDir } from '../temp-dir.ts';

const SOURCE = fileURLToPath(new URL('../../fixtures/bench/slow_fsync.c', import.meta.url));

/** The environment in which each fsync of a program takes 2 ms more; null where that cannot be had, and why. */
export function slowFsync(): { readonly env: NodeJS.ProcessEnv } | { readonly env: null; readonly why: string } {
  if (process.platform !== 'linux') return { env: null, why: 'only Linux can preload it' };
  const library = join(makeTempDir(), 'slow_fsync.so');
  const built = spawnSync('gcc', ['-shared', '-fPIC', '-O2', '-o', library, SOURCE, '-ldl'], { encoding: 'utf8' });
  if (built.status === 0) return { env: { ...process.env, LD_PRELOAD: library } };
  const reason = built.error === undefined ? built.stderr : 'there is no gcc: apt-get install gcc libc6-dev';
  return { env: null, why: reason };
}
