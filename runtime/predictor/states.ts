/** What a predictor process is doing. */
export type ProcessState = 'spawning' | 'loading' | 'ready' | 'busy' | 'draining' | 'exited';

const next: Readonly<Record<ProcessState, readonly ProcessState[]>> = {
  spawning: ['loading', 'exited'],
  loading: ['ready', 'draining', 'exited'],
  ready: ['busy', 'draining', 'exited'],
  busy: ['ready', 'draining', 'exited'],
  draining: ['exited'],
  exited: [],
};

/** Throws where no process goes from the one to the other. */
export function assertFollows(from: ProcessState, to: ProcessState): void {
  if (!next[from].includes(to)) throw new Error(`a predictor process cannot go from ${from} to ${to}`);
}

/** Whether a process in this state may be given a workload, if it has a free slot. */
export function takesWork(state: ProcessState): boolean {
  return state === 'ready' || state === 'busy';
}
