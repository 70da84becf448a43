import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

/** Whether a process is there and not merely waiting to be reaped. */
export function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

/** Resolves when all have ended; the system tells no event of processes that are not our children. */
export async function waitForDeaths(pids: readonly number[], ms: number): Promise<void> {
  const lapsedAt = Date.now() + ms;
  while (pids.some(isAlive)) {
    if (Date.now() > lapsedAt) throw new Error(`still alive after ${ms} ms: ${pids.filter(isAlive).join(', ')}`);
    await pause(20);
  }
}
