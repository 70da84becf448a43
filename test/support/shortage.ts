import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

/** Takes a limit back. */
export type Lift = () => Promise<void>;

const GROUPS = '/sys/fs/cgroup';
const EMPTY_MS = 30_000;
const POLL_MS = 20;

/** The kernel permits the process no further process or thread, until that is taken back; null where it cannot be told to. */
export function denyProcesses(pid: number): Lift | null {
  // Of root it counts none.
  if (process.getuid?.() !== 0) return denyByLimit(pid);
  const above = [join(GROUPS, 'pids'), GROUPS].find((dir) => existsSync(join(dir, 'cgroup.procs')));
  return above === undefined ? null : denyByGroup(pid, above);
}

/** The process can open no file, pipe or socket, until that is taken back. */
export function denyFiles(pid: number): Lift {
  const [soft] = limitsOf(pid, 'Max open files');
  execFileSync('prlimit', ['--pid', String(pid), '--nofile=1:']);
  return () => {
    execFileSync('prlimit', ['--pid', String(pid), `--nofile=${soft}:`]);
    return Promise.resolve();
  };
}

function denyByLimit(pid: number): Lift {
  const [soft] = limitsOf(pid, 'Max processes');
  execFileSync('prlimit', ['--pid', String(pid), '--nproc=1:']);
  return () => {
    execFileSync('prlimit', ['--pid', String(pid), `--nproc=${soft}:`]);
    return Promise.resolve();
  };
}

/** Of either version; a container mostly may make no group. */
function denyByGroup(pid: number, above: string): Lift | null {
  const dir = join(above, `pons-test-${pid}`);
  try {
    mkdirSync(dir);
    writeFileSync(join(dir, 'pids.max'), '1');
    writeFileSync(join(dir, 'cgroup.procs'), String(pid));
  } catch {
    if (existsSync(dir)) rmdirSync(dir);
    return null;
  }
  return async () => {
    writeFileSync(join(dir, 'pids.max'), 'max');
    // What it starts from now on is no more in it either.
    writeFileSync(join(above, 'cgroup.procs'), String(pid));
    for (const lapsedAt = Date.now() + EMPTY_MS; readFileSync(join(dir, 'cgroup.procs'), 'utf8') !== '';) {
      if (Date.now() > lapsedAt) throw new Error(`${dir} is not empty after ${EMPTY_MS} ms`);
      await pause(POLL_MS);
    }
    rmdirSync(dir);
  };
}

/** The soft and the hard limit, as `prlimit` takes them. */
function limitsOf(pid: number, name: string): [soft: string, hard: string] {
  const line = readFileSync(`/proc/${pid}/limits`, 'utf8')
    .split('\n')
    .find((one) => one.startsWith(name));
  const [soft = '', hard = ''] = line?.slice(name.length).trim().split(/\s+/) ?? [];
  return [soft, hard];
}
