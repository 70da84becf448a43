import { execFileSync } from 'node:child_process';
import { closeSync, openSync, readdirSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

/** Above what a test file has open. */
const LIMIT = 300;
const CLOSED_MS = 30_000;
const POLL_MS = 5;

/** Calls `act` while this process can open this many files, pipes and sockets, and no more. Linux only. */
export async function withFreeFds<T>(free: number, act: () => Promise<T>): Promise<T> {
  execFileSync('prlimit', ['--pid', String(process.pid), `--nofile=${LIMIT}:`]);
  const taken = takeAll();
  for (const fd of taken.splice(Math.max(0, taken.length - free))) closeSync(fd);
  try {
    return await act();
  } finally {
    for (const fd of taken) closeSync(fd);
  }
}

/** How many files, pipes and sockets this process has open. */
export function openFds(): number {
  return readdirSync('/proc/self/fd').length;
}

/** Resolves when no more than `count` are open: a socket is closed some turns after it was destroyed. */
export async function untilFds(count: number, when: string): Promise<void> {
  const lapsedAt = Date.now() + CLOSED_MS;
  while (openFds() > count) {
    if (Date.now() > lapsedAt) throw new Error(`${when}: ${openFds()} file descriptors are open, not ${count}`);
    await pause(POLL_MS);
  }
}

function takeAll(): number[] {
  const taken: number[] = [];
  try {
    for (;;) taken.push(openSync('/dev/null', 'r'));
  } catch {
    return taken;
  }
}
