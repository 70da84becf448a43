import { probeSetpriv } from '../processes/parent-death.ts';
import { resolveInterpreter, type Interpreter } from '../project/dependencies/interpreter.ts';

/** What a deployment needs to know of the machine that it runs on. */
export interface Machine {
  /** Rejects with `PONS_ERR_PROJECT_PYTHON_UNUSABLE`, an error of the area MACHINE, or with the abort. */
  readonly interpreter: Promise<Interpreter>;
  /** By what the kernel is asked to kill a child when Pons itself is killed; null where it cannot be. Rejects with an error of the area MACHINE. */
  readonly setpriv: Promise<string | null>;
}

/** Asks at once: a Python behind a shim takes its time to answer, in which the project can be read. To be aborted when nobody waits any more. */
export function askMachine(python: string | null, signal: AbortSignal): Machine {
  const interpreter = resolveInterpreter(python, signal);
  // Whoever awaits it is told; an error of the project may come first.
  interpreter.catch(() => undefined);
  const setpriv = probeSetpriv();
  setpriv.catch(() => undefined);
  return { interpreter, setpriv };
}
