/** Signals a whole process group; that nothing of it is left, or is ours to end, is no error. */
export function killGroup(group: number, signal: NodeJS.Signals): void {
  killProcess(-group, signal);
}

/** Signals one process; that it has ended already, or is not ours to end, is no error. */
export function killProcess(pid: number, signal: NodeJS.Signals | number): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    // EPERM: it took another user's rights; macOS also says so of a group whose processes have all ended.
    if (!['ESRCH', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
}
