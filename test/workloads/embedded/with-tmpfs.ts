import { spawnSync } from 'node:child_process';
import { notRun } from '../../support/not-run.ts';
import { makeTempDir, removeTempDir } from '../../support/temp-dir.ts';

/** Runs `act` with a small file system of its own, so that it can be filled; not where this user may not mount. */
export async function withTmpfs(size: string, act: (folder: string) => Promise<void>): Promise<void> {
  const folder = makeTempDir();
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', folder]).status === 0;
  try {
    if (mounted) await act(folder);
    else notRun('a small file system: this user may not mount one');
  } finally {
    if (mounted) spawnSync('umount', ['-l', folder]);
    removeTempDir(folder);
  }
}
