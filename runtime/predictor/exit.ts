import { EXIT_FDS_CLOSED } from '../../bridge/node/methods.ts';
import { KnownError } from '../errors/known-error.ts';

/** How a predictor process ended. */
export interface ProcessExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Pons itself ended it. */
  readonly chosen: boolean;
  /** Why Pons had to end it: the conversation with it broke; null where that is not so. */
  readonly broken: string | null;
  /** Last lines of stderr, at most 20, for whoever has to find out why. */
  readonly lastLines: readonly string[];
}

const hints: Readonly<Record<string, string>> = {
  SIGKILL: 'most often out of memory',
  SIGSEGV: 'a crash in native code',
  SIGBUS: 'a crash in native code',
  SIGILL: 'native code built for another processor',
  SIGFPE: 'a crash in native code',
  SIGABRT: 'native code gave up',
};

/** One clause about an exit: `killed by SIGKILL; most often out of memory`. */
export function describeExit(exit: ProcessExit): string {
  if (exit.chosen) return 'ended by Pons';
  if (exit.broken !== null) return `the conversation with it broke (${exit.broken})`;
  if (exit.signal !== null) {
    const hint = hints[exit.signal];
    return `killed by ${exit.signal}${hint === undefined ? '' : `; ${hint}`}`;
  }
  if (exit.code === 0) return 'exited by itself with code 0';
  if (exit.code === EXIT_FDS_CLOSED)
    return `exited with code ${exit.code}: user code closed the file descriptors of the bridge`;
  return `exited by itself with code ${exit.code ?? 'unknown'}`;
}

/** The cause as a metric's label: the signal, `exit`, or `chosen` where Pons ended the process. */
export function exitCause(exit: ProcessExit): string {
  return exit.chosen ? 'chosen' : (exit.signal ?? 'exit');
}

/** The error for whoever waited for a process that ended; `when` is a clause such as `while predict ran`. */
export function deathError(when: string, exit: ProcessExit): KnownError {
  return KnownError.of('PONS_ERR_PREDICTOR_DIED', { when, how: describeExit(exit), lastLines: exit.lastLines });
}
