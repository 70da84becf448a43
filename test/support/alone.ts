import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { isAlive } from './processes.ts';

const POLL_MS = 200;

/** Runs `act` while no other process does under the same file `lock`: test files run beside one another, and each would install the same. */
export async function alone<T>(lock: string, act: () => Promise<T>): Promise<T> {
  while (!tryLock(lock)) await pause(POLL_MS);
  try {
    return await act();
  } finally {
    rmSync(lock, { force: true });
  }
}

function tryLock(lock: string): boolean {
  try {
    writeFileSync(lock, String(process.pid), { flag: 'wx' });
    return true;
  } catch {
    // Whoever was killed while it held it has left it behind.
    if (!isAlive(Number(read(lock)))) rmSync(lock, { force: true });
    return false;
  }
}

function read(file: string): string {
  return existsSync(file) ? readFileSync(file, 'utf8') : String(process.pid);
}
