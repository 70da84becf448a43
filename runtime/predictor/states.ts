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

export function canFollow(from: ProcessState, to: ProcessState): boolean {
  return next[from].includes(to);
}

/** Whether a process in this state may be given a workload, if it has a free slot. */
export function takesWork(state: ProcessState): boolean {
  return state === 'ready' || state === 'busy';
}
