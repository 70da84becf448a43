import { CommanderError } from 'commander';
import { explainUsage } from './usage.ts';
import type { Fault } from '../errors/entry.ts';
import { isKnownError } from '../errors/known-error.ts';
import { renderErrorText } from '../errors/render.ts';
import { writeError } from './terminal.ts';

/** Exit codes by who has to act. 1 is what every program gives for a fault of its own, and 130 what a shell tells of Ctrl-C. */
export const exitCodes: Readonly<Record<Fault | 'interrupted', number>> = {
  system: 1,
  user: 2,
  predictor: 3,
  interrupted: 130,
};

/** Shows what ended a command, without a stack trace, and returns the exit code for it. */
export function reportFailure(error: unknown): number {
  if (error instanceof CommanderError) {
    // Help and version end with 0; without any command commander has shown the help.
    if (error.exitCode === 0) return 0;
    if (error.code !== 'commander.help') writeError(renderErrorText(explainUsage(error)));
    return exitCodes.user;
  }
  if (isKnownError(error)) {
    writeError(renderErrorText(error));
    return exitCodes[error.fault];
  }
  writeError(`Pons failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  return exitCodes.system;
}
