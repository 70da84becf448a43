import { isKnownError, type KnownError } from '../../errors/known-error.ts';
import type { RedisLink } from './link.ts';

/** A key that is never there: nothing is pushed to it. */
const KEY = 'pons:room';

/** Asks Redis for a write that changes nothing. Resolves to why everything new would be refused now; null where it would be taken. */
export async function refusalOfWrites(link: RedisLink): Promise<KnownError | null> {
  try {
    await link.run('LPUSHX', KEY, '');
    return null;
  } catch (error) {
    if (isKnownError(error)) return error;
    throw error;
  }
}
