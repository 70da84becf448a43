import { endOf } from './history/ends.ts';
import type { ChaosEvent } from './history/event.ts';
import { historyOf } from './history/history.ts';

/** One line on what a run did. */
export function summaryOf(events: readonly ChaosEvent[]): string {
  const { workloads, runs, troubles } = historyOf(events);
  const ends = new Map<string, number>();
  for (const workload of workloads) {
    if (workload.accepted === null) continue;
    const status = endOf(workload)?.status ?? 'live';
    ends.set(status, (ends.get(status) ?? 0) + 1);
  }
  const again = workloads.reduce((sum, one) => sum + Math.max(0, one.runs.length - 1), 0);
  const most = workloads.reduce((max, one) => Math.max(max, one.runs.length), 0);
  const calls = workloads.flatMap((one) => one.calls);
  const refused = calls.filter(({ status }) => status === 503).length;
  const slowest = calls.reduce((max, { act, ms }) => (act === 'submit' ? Math.max(max, ms) : max), 0);
  const ended = [...ends].map(([status, count]) => `${count} ${status}`).join(', ');
  return (
    `${ended}; ${runs.length} runs, ${again} of them again, at most ${most} of one workload; ${calls.length} calls, ${refused} of them refused, ` +
    `the slowest submission answered after ${slowest} ms; ${troubles.length} faults`
  );
}
