import type { BegunCheck } from './begun-note.ts';

/** The process ended before it answered; its sessions are gone. The message follows what it is called: `was ended by SIGABRT (...)`. */
export class ProcessEndedError extends Error {
  override readonly name = 'ProcessEndedError';
  /** Whether the process may have begun this call; one that it has not can be made again. */
  readonly mayHaveBegun: BegunCheck;

  constructor(message: string, mayHaveBegun: BegunCheck = () => true) {
    super(message);
    this.mayHaveBegun = mayHaveBegun;
  }
}

/** The process ended while this call waited for it: it can be made again, with the same body. */
export class NotBegunError extends ProcessEndedError {}

/** There is no process, and would be none at once: it could not be started. */
export class NoProcessError extends ProcessEndedError {}

/** It was Pons that ended it, and starts no other in its place. */
export class StoppedError extends NoProcessError {
  constructor() {
    super('was stopped');
  }
}
