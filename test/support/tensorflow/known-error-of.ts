import { KnownError } from '../../../runtime/errors/known-error.ts';

/** The error that `promise` rejects with. Rejects when it resolves, or rejects otherwise. */
export async function knownErrorOf(promise: Promise<unknown>): Promise<KnownError> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof KnownError) return error;
    throw error;
  }
  throw new Error('there was no error');
}
