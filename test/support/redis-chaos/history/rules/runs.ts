import { ATTEMPTS_LIMIT, SUPERVISOR_DEATHS_LIMIT } from '../../../../../runtime/workloads/states.ts';
import type { Ran } from '../event.ts';
import type { History, Trouble } from '../history.ts';
import { COMES_BACK, LOSES_RUNS, runsOfPoison } from './causes.ts';

/** The last death of either kind ends a workload: before it there can be one less of each, and then one more run. */
const MAX_RUNS = ATTEMPTS_LIMIT - 1 + SUPERVISOR_DEATHS_LIMIT - 1 + 1;
/** What is written down of a fault may be a moment later than its effect. */
const SLACK_MS = 1000;
/** What a host has leased and not begun it may begin in vain when it comes back, until its next renewal tells it. */
const IN_VAIN_MS = 6000;

/** No workload is run more often than its attempts and the deaths of supervisors allow. */
export function runsHaveALimit({ workloads }: History): string[] {
  return workloads
    .filter(({ runs }) => runs.length > MAX_RUNS)
    .map(({ id, runs }) => `${id} was run ${runs.length} times`);
}

/**
 * A workload runs again only after something was done to the host that ran it, or a poisonous one has killed its process; or in vain, where a host held it
 * before and comes back.
 */
export function nobodyRunsWithoutCause(history: History): string[] {
  const { workloads, troubles } = history;
  const poisoned = runsOfPoison(history);
  return workloads.flatMap(({ id, runs: own }) =>
    own.flatMap((run, at) => {
      const next = own[at + 1];
      if (next === undefined || isLost(run, next, troubles, poisoned)) return [];
      return [`${id} ran on ${run.host} and again on ${next.host}, and nothing had happened to the former`];
    }),
  );
}

function isLost(run: Ran, next: Ran, troubles: readonly Trouble[], poisoned: readonly Ran[]): boolean {
  if (poisoned.some(({ pid, host }) => pid === run.pid && host === run.host)) return true;
  const overlaps = ({ begunAt, endedAt }: Trouble, slackMs: number): boolean =>
    begunAt <= next.at && endedAt + slackMs >= run.at;
  return troubles.some(
    (one) =>
      (LOSES_RUNS.includes(one.name) && one.victim === run.host && overlaps(one, SLACK_MS)) ||
      (COMES_BACK.includes(one.name) && one.victim === next.host && overlaps(one, IN_VAIN_MS)),
  );
}
