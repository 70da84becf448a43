import { isKnownError, KnownError } from '../../errors/known-error.ts';
import type { ApiFaults } from './api-faults.ts';
import { textIn } from './replies.ts';
import type { Scripts } from './scripts.ts';

/*
 * Versions of Pons that follow one another work side by side on one Redis. What the version before would misread is a new format, and takes two minor
 * versions: the first reads it and writes the old one, the second writes it, and reads the old one still. docs/redis.md has the rule.
 */

/** The format in which this version writes. */
export const FORMAT = '1';
/** The formats that it reads. */
export const OLDEST_FORMAT: number = 1;
export const NEWEST_FORMAT: number = 1;

/**
 * Looks, without changing anything, whether the data of some APIs can be read. Rejects with `PONS_ERR_REDIS_FORMAT`, or as `Scripts.call` does, after all had
 * their turn.
 */
export async function checkFormats(
  scripts: Scripts,
  address: string,
  apis: readonly string[],
  faults: ApiFaults,
): Promise<void> {
  const check = async (api: string): Promise<void> => {
    const found = await scripts.call('format', api);
    if (found !== null) assertReadable(address, api, textIn(found));
  };
  assertFulfilled(await Promise.allSettled(apis.map((api) => faults.watch(api, () => check(api)))));
}

/** Throws what the first of these came to that was not done; that data has another format before anything else. */
export function assertFulfilled(outcomes: readonly PromiseSettledResult<void>[]): void {
  const reasons = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason as Error] : []));
  const reason = reasons.find(isOfFormat) ?? reasons[0];
  if (reason !== undefined) throw reason;
}

/** Throws `PONS_ERR_REDIS_FORMAT` where data of this format cannot be read. */
export function assertReadable(address: string, api: string, found: string): void {
  const format = Number(found);
  if (Number.isInteger(format) && format >= OLDEST_FORMAT && format <= NEWEST_FORMAT) return;
  const supported = OLDEST_FORMAT === NEWEST_FORMAT ? `${OLDEST_FORMAT}` : `${OLDEST_FORMAT} to ${NEWEST_FORMAT}`;
  throw KnownError.of('PONS_ERR_REDIS_FORMAT', { address, api, found, supported });
}

/** Whether it is that error, which ends a process, so that no other may hide it. */
export function isOfFormat(error: unknown): error is KnownError {
  return isKnownError(error) && error.code === 'PONS_ERR_REDIS_FORMAT';
}
