import type { MemoryVerdict } from './verdict.ts';

const MIB = 1024 * 1024;

/** What is known of the memory of a process that was killed, in a clause. */
export function describeMemory(verdict: MemoryVerdict): string {
  switch (verdict.kind) {
    case 'unknown':
      return 'most often out of memory';
    case 'innocent':
      return 'not by Pons, and not by the kernel for want of memory';
    case 'surroundings':
      return `the kernel killed it for want of memory in the container or other control group that Pons runs in, ${limitIn(verdict.limitBytes)}`;
    case 'share':
      return describeShare(verdict);
  }
}

function describeShare({ by, usedBytes, allowedBytes }: MemoryVerdict & { readonly kind: 'share' }): string {
  const allowed = mebibytes(allowedBytes);
  if (by === 'pons')
    return `Pons killed it: its replica used ${mebibytes(usedBytes)}, and compute.mem allows ${allowed}`;
  if (usedBytes >= allowedBytes)
    return `the kernel killed it: its replica used all of the ${allowed} that compute.mem allows`;
  return `the kernel killed it, although its replica used no more than ${mebibytes(usedBytes)} of the ${allowed} that compute.mem allows: the container or machine had no more`;
}

function limitIn(limitBytes: number | null): string {
  return limitBytes === null ? 'which has no limit that can be seen' : `whose limit is ${mebibytes(limitBytes)}`;
}

function mebibytes(bytes: number): string {
  return `${Number((bytes / MIB).toFixed(1))} MiB`;
}
