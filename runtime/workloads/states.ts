/** The states of a workload, in the order in which they can follow one another. */
export type WorkloadStatus = 'in_queue' | 'in_progress' | EndStatus;
export type EndStatus = 'completed' | 'failed' | 'cancelled';

/** A workload that has ended stays as it ended. */
export function isEnded(status: WorkloadStatus): status is EndStatus {
  return status === 'completed' || status === 'failed' || status === 'cancelled';
}

/** Deaths of its predictor process after which a workload fails. */
export const ATTEMPTS_LIMIT = 3;
/** Deaths of the supervisor after which a workload fails; apart from attempts, so that reboots blame nobody. */
export const SUPERVISOR_DEATHS_LIMIT = 10;
/** From this many deaths on a workload runs alone, so that a poisonous one is found and innocents are not blamed. */
export const ALONE_FROM_DEATHS = 2;
