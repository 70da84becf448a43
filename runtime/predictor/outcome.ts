import { codes } from '../../bridge/node/codes.ts';
import type { BridgeError } from '../../bridge/node/messages.ts';
import type { UserExceptionData } from '../../bridge/node/methods.ts';
import { KnownError } from '../errors/known-error.ts';
import { deathError, type ProcessExit } from './exit.ts';

/** What became of one `predict`. */
export type PredictOutcome =
  /** `result` is JSON text; `runMs` what it took in the process, without the way there and back. */
  | { readonly kind: 'completed'; readonly result: Buffer; readonly runMs: number }
  | { readonly kind: 'failed'; readonly error: KnownError }
  | { readonly kind: 'cancelled' }
  /** The process ended by itself meanwhile; the workload may run again, and it costs an attempt. */
  | { readonly kind: 'died'; readonly error: KnownError }
  /** The process ended by itself when this was the next one and had not begun, or began after what ended it: most likely it is not to blame. */
  | { readonly kind: 'missed'; readonly error: KnownError }
  /** It never reached the process, or it was Pons that ended the process: nobody is to blame. */
  | { readonly kind: 'returned' };

/** The outcome of a `predict` that was answered with an error; `givenPython` is the interpreter of `--python`, if any. */
export function outcomeOf(error: BridgeError, givenPython: string | null): PredictOutcome {
  if (error.code === codes.CANCELLED) return { kind: 'cancelled' };
  return { kind: 'failed', error: predictError(error, givenPython) };
}

/** What the end of its process makes of a `predict` that ran. */
export function outcomeOfExit(exit: ProcessExit): PredictOutcome {
  return exit.chosen ? { kind: 'returned' } : { kind: 'died', error: deathError('while predict ran', exit) };
}

function predictError(error: BridgeError, givenPython: string | null): KnownError {
  switch (error.code) {
    case codes.USER_EXCEPTION:
      return KnownError.of('PONS_ERR_PREDICTOR_RAISED', { ...(error.data as UserExceptionData), givenPython }, error);
    case codes.PAYLOAD_INVALID:
      return KnownError.of('PONS_ERR_PAYLOAD_INVALID', { text: error.message }, error);
    case codes.RESULT_INVALID:
      return KnownError.of('PONS_ERR_RESULT_INVALID', { text: error.message }, error);
    case codes.RESULT_TOO_LARGE:
      return KnownError.of('PONS_ERR_RESULT_TOO_LARGE', error.data as { sizeBytes: number; limitBytes: number }, error);
    default:
      return KnownError.of('PONS_ERR_PREDICTOR_PROTOCOL', { reason: error.message }, error);
  }
}

/** The error of an `initialize` that was answered with an error; `path` is the predictor's file, `givenPython` the interpreter of `--python`, if any. */
export function loadError(error: BridgeError, path: string, givenPython: string | null): KnownError {
  switch (error.code) {
    case codes.USER_EXCEPTION:
      return KnownError.of(
        'PONS_ERR_PREDICTOR_LOAD',
        { path, givenPython, ...(error.data as UserExceptionData) },
        error,
      );
    case codes.CLASS_INVALID:
      return KnownError.of('PONS_ERR_PREDICTOR_CLASS', { text: error.message }, error);
    default:
      return KnownError.of('PONS_ERR_PREDICTOR_PROTOCOL', { reason: error.message }, error);
  }
}
