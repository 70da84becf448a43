import { endOf, isEnd, looksAt } from '../ends.ts';
import type { History } from '../history.ts';

/** What got its 200 has ended in the end, and is still there when it is looked at for the last time. */
export function everyoneEnds({ workloads, settled }: History): string[] {
  if (settled === null) return ['the run never came to its end'];
  return workloads.flatMap((workload) => {
    if (workload.accepted === null) return [];
    const looks = looksAt(workload);
    const last = looks.at(-1);
    if (endOf(workload) === null)
      return [`${workload.id} has not ended: ${JSON.stringify(last?.said ?? 'never seen')}`];
    return looks.some(({ asked, said }) => asked > settled && isEnd(said))
      ? []
      : [`${workload.id} had ended, and nobody could look at it in the end`];
  });
}

/** What got its 200 is known from then on; what nobody submitted is never run. */
export function nobodyVanishes({ workloads }: History): string[] {
  return workloads.flatMap(({ id, calls, runs, accepted }) => {
    const known = accepted?.answered ?? Infinity;
    const vanished = calls.find(({ act, asked, status }) => act !== 'submit' && status === 404 && asked > known);
    return [
      ...(vanished === undefined ? [] : [`${id} got its 200 and is unknown: ${JSON.stringify(vanished.said)}`]),
      ...(runs.length > 0 && !calls.some(({ act }) => act === 'submit')
        ? [`${id} was run, and nobody submitted it`]
        : []),
    ];
  });
}
