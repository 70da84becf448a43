import { readFile } from 'node:fs/promises';

/*
 * What counts is what the machine cannot get back by itself: memory of programs, shared memory, and both in swap. Pages of files, such as a model that is
 * mapped, do not: a control group would give them up before it kills.
 */
const ROUGH = /^(?:RssAnon|RssShmem|VmSwap):\s*(\d+) kB$/gm;
const EXACT = /^(?:Pss_Anon|Pss_Shmem|SwapPss):\s*(\d+) kB$/gm;

/** What these processes use; what several of them share counts for each, so that it may be too much. Costs little. */
export function roughBytes(pids: readonly number[]): Promise<number> {
  return sum(pids, 'status', ROUGH);
}

/** What these processes use; what they share counts once. Takes the longer the more they use. Where the kernel does not tell it is as `roughBytes`. */
export async function exactBytes(pids: readonly number[]): Promise<number> {
  const each = await Promise.all(
    pids.map(async (pid) => (await sum([pid], 'smaps_rollup', EXACT)) || (await roughBytes([pid]))),
  );
  return each.reduce((total, one) => total + one, 0);
}

async function sum(pids: readonly number[], file: string, lines: RegExp): Promise<number> {
  // One that has ended uses nothing.
  const texts = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => '')));
  const kilobytes = texts.flatMap((text) => [...text.matchAll(lines)].map(([, digits]) => Number(digits)));
  return kilobytes.reduce((total, one) => total + one, 0) * 1024;
}
