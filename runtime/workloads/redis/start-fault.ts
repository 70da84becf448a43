import { isKnownError, KnownError } from '../../errors/known-error.ts';
import type { RedisAddress } from './address.ts';

const LOST = 'the connection ended, or nothing came back on it, while Pons looked at what it is';

/**
 * What is said at a start, when nobody has sent a request yet and nothing goes on by itself, instead of what is said while Pons serves.
 * @param api whose data it is about; null where it is about Redis itself
 * @param triedMs how long the start has been under way
 */
export function startFault(
  error: unknown,
  { shown: address }: RedisAddress,
  { api, triedMs }: { readonly api: string | null; readonly triedMs: number },
): unknown {
  if (!isKnownError(error)) return error;
  if (error.code === 'PONS_ERR_REDIS_UNREACHABLE') {
    return KnownError.of('PONS_ERR_REDIS_NOT_REACHED', { address, triedMs, reason: LOST }, error);
  }
  if (error.code === 'PONS_ERR_REDIS_READONLY') return KnownError.of('PONS_ERR_REDIS_REPLICA', { address }, error);
  if (error.code === 'PONS_ERR_REDIS_REFUSED') {
    const refusal = api === null ? error.message : `${api} cannot be served: ${error.message}`;
    return KnownError.of('PONS_ERR_REDIS_NOT_USABLE', { refusal }, error);
  }
  return error;
}
