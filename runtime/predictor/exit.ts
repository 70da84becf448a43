import { EXIT_FDS_CLOSED } from '../../bridge/node/methods.ts';
import { KnownError } from '../errors/known-error.ts';
import { shortageSaid } from '../processes/shortage.ts';
import { describeMemory } from './memory/describe.ts';
import type { MemoryVerdict } from './memory/verdict.ts';
import { A_PREDICTOR } from './start-error.ts';

/** How a predictor process ended. */
export interface ProcessExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Pons itself ended it. */
  readonly chosen: boolean;
  /** Why Pons had to end it: the conversation with it broke; null where that is not so. */
  readonly broken: string | null;
  readonly memory: MemoryVerdict;
  /** Last lines of stderr, at most 20, for whoever has to find out why. */
  readonly lastLines: readonly string[];
}

const hints: Readonly<Record<string, string>> = {
  SIGSEGV: 'a crash in native code',
  SIGBUS: 'a crash in native code',
  SIGILL: 'native code built for another processor',
  SIGFPE: 'a crash in native code',
  SIGABRT: 'native code gave up',
};

/** One clause about an exit: `killed by SIGSEGV; a crash in native code`. */
export function describeExit(exit: ProcessExit): string {
  if (exit.chosen) return 'ended by Pons';
  if (isOutOfMemory(exit)) return `out of memory; ${describeMemory(exit.memory)}`;
  if (exit.broken !== null) return `the conversation with it broke (${exit.broken})`;
  if (exit.signal !== null) {
    const hint = exit.signal === 'SIGKILL' ? describeMemory(exit.memory) : hints[exit.signal];
    return `killed by ${exit.signal}${hint === undefined ? '' : `; ${hint}`}`;
  }
  if (exit.code === 0) return 'exited by itself with code 0';
  if (exit.code === EXIT_FDS_CLOSED)
    return `exited with code ${exit.code}: user code closed the file descriptors of the bridge`;
  return `exited by itself with code ${exit.code ?? 'unknown'}`;
}

/** The cause as a metric's label: `memory`, another signal, `exit`, or `chosen` where Pons ended the process. */
export function exitCause(exit: ProcessExit): string {
  if (!exit.chosen && isOutOfMemory(exit)) return 'memory';
  return exit.chosen ? 'chosen' : (exit.signal ?? 'exit');
}

/** The error for whoever waited for a process that ended; `when` is a clause such as `while predict ran`. */
export function deathError(when: string, exit: ProcessExit): KnownError {
  const code = isOutOfMemory(exit) ? 'PONS_ERR_PREDICTOR_OUT_OF_MEMORY' : 'PONS_ERR_PREDICTOR_DIED';
  return KnownError.of(code, { when, how: describeExit(exit), lastLines: exit.lastLines });
}

/**
 * The error for a process that ended before it was ready. `cameUp`: whether the host is known to have been there, without which no code of the user's has run;
 * a host that was there but could not note what it begins counts as not there.
 */
export function earlyDeathError(exit: ProcessExit, cameUp: boolean): KnownError {
  const shortage = cameUp || exit.chosen ? null : shortageSaid(exit.lastLines, A_PREDICTOR);
  return shortage ?? deathError('before it was ready', exit);
}

function isOutOfMemory({ memory }: ProcessExit): boolean {
  return memory.kind === 'share' || memory.kind === 'surroundings';
}
