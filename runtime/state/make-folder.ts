import { existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';

const MODE = 0o777;

/**
 * Makes the folder at an absolute path, and those above it, unless they are there. Throws as `mkdirSync` does. One at a time: Node's own `recursive` never
 * ends where a file system says ENOENT below a folder that is there (/proc does).
 */
export function makeFolder(folder: string, mode = MODE): void {
  const missing: string[] = [];
  let at = folder;
  while (!existsSync(at) && at !== dirname(at)) {
    missing.push(at);
    at = dirname(at);
  }
  for (const path of missing.reverse()) makeOne(path, mode);
}

/** Another process may have made it at the same moment. */
function makeOne(path: string, mode: number): void {
  try {
    mkdirSync(path, { mode });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || !existsSync(path)) throw error;
  }
}
