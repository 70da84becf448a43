import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const made: string[] = [];

/** Makes an empty folder of its own, by its real path; it is removed when the test process ends, or before by `removeTempDir`. */
export function makeTempDir(): string {
  if (made.length === 0) process.once('exit', removeAll);
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'pons-test-')));
  made.push(folder);
  return folder;
}

export function removeTempDir(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
}

function removeAll(): void {
  for (const folder of made) removeTempDir(folder);
}
