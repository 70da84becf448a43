import type { FaultName } from '../event.ts';

/** What may take workloads from the host that it happens to, so that they run again. What happens to Redis never does. */
export const LOSES_RUNS: readonly FaultName[] = [
  'a host is killed',
  'a host is frozen',
  'a host is cut off',
  'a predictor is killed',
];

/** After which the host goes on with what it held. */
export const COMES_BACK: readonly FaultName[] = ['a host is frozen', 'a host is cut off'];
