import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('wheel.py', import.meta.url));

/** Writes a wheel of one module to `folder`; gives the name of its file. */
export function writeWheel(folder: string, name: string, version: string): string {
  return execFileSync('python3', [PROGRAM, folder, name, version], { encoding: 'utf8' }).trim();
}
