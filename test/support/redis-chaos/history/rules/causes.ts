import type { FaultName, Ran } from '../event.ts';
import type { History } from '../history.ts';

/** What may take workloads from the host that it happens to, so that they run again. What happens to Redis never does. */
export const LOSES_RUNS: readonly FaultName[] = [
  'a host is killed',
  'a host is frozen',
  'a host is cut off',
  'a predictor is killed',
];

/** After which the host goes on with what it held. */
export const COMES_BACK: readonly FaultName[] = ['a host is frozen', 'a host is cut off'];

/** Runs of workloads that kill the process in which they run, and take what else it held from it. */
export function runsOfPoison({ workloads, runs }: History): Ran[] {
  const poisonous = workloads.filter(({ calls }) => calls.some(({ payload }) => payload?.act === 'poison'));
  const ids = new Set(poisonous.map(({ id }) => id));
  return runs.filter(({ id }) => ids.has(id));
}
