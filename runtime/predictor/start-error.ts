import { isKnownError, KnownError } from '../errors/known-error.ts';
import { messageOf } from '../errors/render.ts';
import { shortageIn } from '../processes/shortage.ts';

/** What a shortage is said to have kept from being started. */
export const A_PREDICTOR = 'A predictor process';

/** The error for whatever kept a predictor process from being started with `program`; of the area MACHINE where there was no room for it. */
export function startError(error: unknown, program = 'the interpreter'): KnownError {
  const shortage = shortageIn(error, A_PREDICTOR);
  if (shortage !== null) return shortage;
  if (isKnownError(error)) return error;
  return KnownError.of('PONS_ERR_PREDICTOR_LAUNCH', { program, reason: messageOf(error) }, error);
}
