import { constants } from 'node:os';
import { CommanderError } from 'commander';
import { explainUsage } from './usage.ts';
import type { Fault } from '../errors/entry.ts';
import { isKnownError } from '../errors/known-error.ts';
import { renderErrorText } from '../errors/render.ts';
import type { StopSignal } from '../supervisor/signals.ts';
import { writeError } from './terminal.ts';

/** Exit codes by who has to act. 1 is what every program gives for a fault of its own. */
export const exitCodes: Readonly<Record<Fault, number>> = {
  system: 1,
  user: 2,
  predictor: 3,
};

/** What a shell tells of a program that this signal ended: 130 for Ctrl-C, 143 for SIGTERM. */
export function exitCodeOf(signal: StopSignal): number {
  return 128 + constants.signals[signal];
}

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
