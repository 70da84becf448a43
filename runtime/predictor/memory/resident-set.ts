import { readFile } from 'node:fs/promises';

/*
 * What counts is what the machine cannot get back by itself: memory of programs, shared memory, and both in swap. Pages of files, such as a model that is
 * mapped, do not: a control group would give them up before it kills.
 */
const ROUGH = /^(?:RssAnon|RssShmem|VmSwap):\s*(\d+) kB$/gm;
/** Older kernels tell `SwapPss` only. */
const EXACT = /^(?:Pss_Anon|Pss_Shmem|SwapPss):\s*(\d+) kB$/gm;

/** What these processes use; what several of them share counts for each, so that it may be too much. Costs little. */
export async function roughBytes(pids: readonly number[], proc = '/proc'): Promise<number> {
  const each = await Promise.all(pids.map((pid) => read(pid, 'status', proc)));
  return each.reduce((total, text) => total + sum(text, ROUGH), 0);
}

/** What these processes use; what they share counts once. Takes the longer the more they use. Where the kernel does not tell it is as `roughBytes`. */
export async function exactBytes(pids: readonly number[], proc = '/proc'): Promise<number> {
  const each = await Promise.all(
    pids.map(async (pid) => {
      const text = await read(pid, 'smaps_rollup', proc);
      return text.includes('\nPss_Anon:') ? sum(text, EXACT) : await roughBytes([pid], proc);
    }),
  );
  return each.reduce((total, one) => total + one, 0);
}

async function read(pid: number, file: string, proc: string): Promise<string> {
  // One that has ended uses nothing.
  return await readFile(`${proc}/${pid}/${file}`, 'utf8').catch(() => '');
}

function sum(text: string, lines: RegExp): number {
  const kilobytes = [...text.matchAll(lines)].map(([, digits]) => Number(digits));
  return kilobytes.reduce((total, one) => total + one, 0) * 1024;
}
