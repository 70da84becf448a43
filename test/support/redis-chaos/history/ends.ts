import type { Said } from './event.ts';
import type { Call, Workload } from './history.ts';

const LIVE: readonly unknown[] = ['in_queue', 'in_progress'];
const ENDED: readonly unknown[] = ['completed', 'failed', 'cancelled'];

export function isLive({ status }: Said): boolean {
  return LIVE.includes(status);
}

export function isEnd({ status }: Said): boolean {
  return ENDED.includes(status);
}

/** Calls that were answered with a state of the workload, in the order of their answers. */
export function looksAt({ calls }: Workload): (Call & { readonly answered: number })[] {
  return calls
    .flatMap((call) => (call.answered === null ? [] : [{ ...call, answered: call.answered }]))
    .filter(({ act, status }) => act !== 'submit' && status === 200)
    .sort((a, b) => a.answered - b.answered);
}

/** How it was first seen to have ended; null where it never was. */
export function endOf(workload: Workload): Said | null {
  return looksAt(workload).find(({ said }) => isEnd(said))?.said ?? null;
}
