import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ControlGroup } from './own-group.ts';

/* The files of a control group that are about memory. Source: the kernel's admin-guide/cgroup-v1/memory.rst and cgroup-v2.rst */

const names = {
  1: {
    limit: 'memory.limit_in_bytes',
    swap: 'memory.memsw.limit_in_bytes',
    peak: 'memory.max_usage_in_bytes',
    counts: 'memory.oom_control',
  },
  2: { limit: 'memory.max', swap: 'memory.swap.max', peak: 'memory.peak', counts: 'memory.events' },
} as const;

/** What version 1 shows as no limit is the largest number of whole pages. */
const NO_LIMIT_BYTES = 2 ** 60;

/** Limits the memory of a group, swap included where the kernel counts it. */
export async function limitMemory({ version, dir }: ControlGroup, bytes: number): Promise<void> {
  const { limit, swap } = names[version];
  await writeFile(join(dir, limit), String(bytes));
  // Version 1 counts memory and swap together, version 2 swap alone; kernels without either file count no swap.
  await writeFile(join(dir, swap), String(version === 1 ? bytes : 0), { flag: 'r+' }).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  });
}

/** How many of its own processes the kernel has killed since they had no memory, for whatever reason; null where it cannot be told. */
export function killsIn(group: ControlGroup): Promise<number | null> {
  return count(group, 'oom_kill');
}

/** How often version 2 found no memory within the limit of a group; null where it cannot be told. */
export function refusalsIn(group: ControlGroup): Promise<number | null> {
  return count(group, 'oom');
}

/** The most that a group has used since the last call, where the kernel can begin anew; else ever. null where it cannot be told. */
export async function peakOf({ version, dir }: ControlGroup): Promise<number | null> {
  const path = join(dir, names[version].peak);
  const peak = await read(path);
  if (version === 1 && peak !== null) await writeFile(path, '0');
  return peak === null ? null : Number(peak);
}

/** What a group may use by its limit and those of the groups above it, as far as they can be seen; null where there is none. */
export async function limitOf({ version, dir }: ControlGroup): Promise<number | null> {
  const text = await read(join(dir, names[version].limit));
  // The folder above the uppermost group has no such file.
  if (text === null) return null;
  const above = (await limitOf({ version, dir: dirname(dir) })) ?? NO_LIMIT_BYTES;
  const own = text.trim() === 'max' ? NO_LIMIT_BYTES : Number(text);
  const bytes = Math.min(own, above);
  return bytes < NO_LIMIT_BYTES ? bytes : null;
}

async function count({ version, dir }: ControlGroup, name: string): Promise<number | null> {
  const text = await read(join(dir, names[version].counts));
  const value = new RegExp(`^${name} (\\d+)$`, 'm').exec(text ?? '')?.[1];
  return value === undefined ? null : Number(value);
}

async function read(path: string): Promise<string | null> {
  return await readFile(path, 'utf8').catch(() => null);
}
