import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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
  // It appears with its content: of one that is still empty nobody could tell whether its holder lives.
  const own = `${lock}.${process.pid}`;
  writeFileSync(own, String(process.pid));
  try {
    linkSync(own, lock);
    return true;
  } catch {
    const holder = read(lock);
    // Whoever was killed while it held it has left it behind.
    if (holder !== null && !isAlive(Number(holder)) && read(lock) === holder) rmSync(lock, { force: true });
    return false;
  } finally {
    rmSync(own, { force: true });
  }
}

function read(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}
