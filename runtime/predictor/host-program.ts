import { join } from 'node:path';
import { installed } from '../processes/installation.ts';
import { dyingWithParent } from '../processes/parent-death.ts';

/** The folder of the Python end. */
export const hostDir = installed('bridge', 'python');

/** The program that every predictor process runs. */
export const hostProgram = join(hostDir, 'predictor_host', '__main__.py');

export interface HostCommand {
  readonly pythonExecutable: string;
  readonly hostProgram: string;
  /** By what the kernel is asked to kill the process when its supervisor dies; null where it cannot be. */
  readonly setpriv: string | null;
}

/** The command that starts a host. */
export function hostCommand({
  pythonExecutable,
  hostProgram: program,
  setpriv,
}: HostCommand): [program: string, args: string[]] {
  const args = ['-u', program];
  return dyingWithParent(setpriv, pythonExecutable, args);
}
