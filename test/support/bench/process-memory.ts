import { readdirSync, readFileSync } from 'node:fs';

/** Memory of one process, in MB. */
export interface ProcessMemory {
  /** All pages that are in memory, those shared with others included. */
  readonly rssMb: number;
  /** The same, each shared page divided among those who share it. */
  readonly pssMb: number;
}

/** Source: proc(5), `/proc/pid/smaps_rollup`. Throws where there is no such file, or no right to read it. */
export function memoryOf(pid: number): ProcessMemory {
  const text = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
  const inMb = (name: string): number =>
    Number(new RegExp(`^${name}: +(\\d+) kB`, 'm').exec(text)?.[1] ?? Number.NaN) / 1024;
  return { rssMb: inMb('Rss'), pssMb: inMb('Pss') };
}

/** The predictor processes below the supervisor `pid`. */
export function predictorsOf(pid: number): number[] {
  return below(pid, /predictor_host/);
}

/** The processes below it that hold ONNX models. */
export function modelProcessesOf(pid: number): number[] {
  return below(pid, /onnx\/worker\.ts|onnx-worker\.js/);
}

function below(pid: number, program: RegExp): number[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
    const parent = /^PPid:\s+(\d+)/m.exec(readOr(`/proc/${name}/status`, ''))?.[1];
    if (parent !== undefined) parents.set(Number(name), Number(parent));
  }
  const isBelow = (child: number | undefined): boolean =>
    child !== undefined && child > 1 && (parents.get(child) === pid || isBelow(parents.get(child)));
  return [...parents.keys()].filter((child) => isBelow(child) && program.test(readOr(`/proc/${child}/cmdline`, '')));
}

function readOr(path: string, otherwise: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return otherwise;
  }
}
