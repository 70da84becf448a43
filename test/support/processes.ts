import { readdirSync, readFileSync } from 'node:fs';
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

const FREEZING_MS = 30_000;
const turn = new Int32Array(new SharedArrayBuffer(4));

/** Suspends a process; when this returns, all its threads stand still. After `SIGSTOP` alone one that is running elsewhere may still do a little. */
export function freeze(pid: number): void {
  process.kill(pid, 'SIGSTOP');
  const lapsedAt = Date.now() + FREEZING_MS;
  while (!standsStill(pid)) {
    if (Date.now() > lapsedAt) throw new Error(`process ${pid} does not stand still after ${FREEZING_MS} ms`);
    Atomics.wait(turn, 0, 0, 1);
  }
}

function standsStill(pid: number): boolean {
  const tasks = `/proc/${pid}/task`;
  try {
    return readdirSync(tasks).every((task) => /^State:\s+[TZX]/m.test(readFileSync(`${tasks}/${task}/status`, 'utf8')));
  } catch {
    return !isAlive(pid);
  }
}
