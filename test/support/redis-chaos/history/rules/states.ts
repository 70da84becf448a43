import { isEnd, isLive, looksAt } from '../ends.ts';
import type { Ran, Said } from '../event.ts';
import type { Call, History, Trouble, Workload } from '../history.ts';
import { runsOfPoison } from './causes.ts';

/** So long after a fault a lease may lapse for it: its 15 s, and what it takes to see that and to be seen. */
const LAPSE_MS = 20_000;

/** What the death of a process gives back is in the queue so soon, and is seen there. */
const GIVEN_BACK_MS = 5000;

/** Each status is one that there is, and what runs waits again only where something was done to who ran it. */
export function statusesMove(history: History): string[] {
  const { workloads, troubles } = history;
  const poisoned = runsOfPoison(history);
  return workloads.flatMap((workload) => {
    const looks = looksAt(workload);
    const strange = looks.find(({ said }) => !isLive(said) && !isEnd(said));
    if (strange !== undefined) return [`${workload.id} is ${String(strange.said.status)}, which is no status`];
    const ran = looks.find(({ said }) => said.status === 'in_progress');
    if (ran === undefined) return [];
    const back = looks.find(({ asked, said }) => asked > ran.answered && said.status === 'in_queue');
    if (back === undefined || mayBeBack(ran, back, troubles, poisoned)) return [];
    return [`${workload.id} was in progress and then in the queue, and nothing had happened`];
  });
}

function mayBeBack(ran: Call, back: Call, troubles: readonly Trouble[], poisoned: readonly Ran[]): boolean {
  return (
    troubles.some(({ begunAt, endedAt }) => begunAt <= back.answeredAt && endedAt + LAPSE_MS >= ran.askedAt) ||
    poisoned.some(({ at }) => at <= back.answeredAt && at + GIVEN_BACK_MS >= ran.askedAt)
  );
}

/** Whoever has ended stays as he ended, to the last byte, and there are never two ends to be seen. */
export function endsStay({ workloads }: History): string[] {
  return workloads.flatMap((workload) => [...twoEnds(workload), ...goneBack(workload)]);
}

function twoEnds(workload: Workload): string[] {
  const ends = looksAt(workload).filter(({ said }) => isEnd(said));
  const [first, ...others] = ends;
  const other = others.find(({ said }) => !isSame(first?.said, said));
  return other === undefined
    ? []
    : [`${workload.id} has two ends: ${JSON.stringify(first?.said)} and ${JSON.stringify(other.said)}`];
}

/** The answer to a cancellation has the status alone. */
function isSame(one: Said | undefined, other: Said): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function goneBack(workload: Workload): string[] {
  const looks = looksAt(workload);
  const end = looks.find(({ said }) => isEnd(said));
  const back = looks.find(({ asked, said }) => end !== undefined && asked > end.answered && !isEnd(said));
  return back === undefined
    ? []
    : [`${workload.id} was ${String(end?.said.status)} and is ${String(back.said.status)} again`];
}
