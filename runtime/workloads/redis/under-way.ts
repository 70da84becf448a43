import { KnownError } from '../../errors/known-error.ts';
import type { RedisLink } from './link.ts';

/** For so long a body that is on its way may say nothing of itself; after that nothing refers to it any more. */
export const UPLOAD_MS = 15 * 60 * 1000;

/** What to say where a body that was on its way was given up before a function came to refer to it. */
export function bodyLost({ address }: RedisLink): KnownError {
  const reason = 'it has lost a part of the body meanwhile';
  return KnownError.of('PONS_ERR_REDIS_UNREACHABLE', { address: address.shown, reason });
}
