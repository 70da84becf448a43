import { isKnownError, KnownError } from '../errors/known-error.ts';
import { messageOf } from '../errors/render.ts';

/** What is there to be said to clients, of whom a command has none. */
const OF_A_REQUEST = /\bthe request again\b/i;

/**
 * Runs a move. Where the store fails in a way that clients are told to send their request again for, it rejects with `PONS_ERR_MOVE_BROKEN_OFF`, else
 * as `act` does.
 */
export async function moving<T>(what: 'export' | 'import', act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (!isKnownError(error) || !OF_A_REQUEST.test(error.fix)) throw error;
    throw KnownError.of('PONS_ERR_MOVE_BROKEN_OFF', { what, reason: messageOf(error) }, error);
  }
}
