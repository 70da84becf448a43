import * as assert from 'uvu/assert';
import type { ErrorCode } from '../../../runtime/errors/catalog.ts';
import { KnownError } from '../../../runtime/errors/known-error.ts';

/** The error of the table that `pending` fails with; anything else fails the test. */
export async function knownError(pending: Promise<unknown>, code: ErrorCode): Promise<KnownError> {
  const error: unknown = await pending.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof KnownError)) throw new Error(`expected ${code}, got ${String(error)}`, { cause: error });
  assert.is(error.code, code);
  return error;
}

/** Runs `act` as the user `nobody`, whom permissions concern, when the tests run as root. */
export async function asOrdinaryUser<T>(act: () => Promise<T>): Promise<T> {
  if (process.geteuid?.() !== 0) return await act();
  process.seteuid?.(65534);
  try {
    return await act();
  } finally {
    process.seteuid?.(0);
  }
}
