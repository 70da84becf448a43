import type { Bucket } from '../blobs/bucket.ts';
import { contentOf } from '../blobs/content.ts';
import { isMarkIn, newMark } from '../blobs/location.ts';
import type { RedisLink } from './link.ts';
import { numberIn, textIn } from './replies.ts';
import { prefixOf, type Scripts } from './scripts.ts';

/*
 * An object that is not there says little: somebody may have deleted it, or the process may have been given another S3, in which a bucket of that name has none
 * of all others either. Whoever took the second for the first would fail workloads whose payloads are safe. So each API leaves a mark beside its objects, whose
 * name Redis knows: where that is, the place is the right one.
 */

const TEXT = Buffer.from(
  'By this object Pons knows that large payloads and results of an API are kept here: leave it.\n',
);

/**
 * Leaves a mark of an API in a bucket, unless there is one. Rejects with an error of the area PAYLOADS, or as `RedisLink.run` does, when a mark that Redis may
 * know stays: to take away one that it knows would be worse than to leave one that it does not.
 */
export async function leaveMark(bucket: Bucket, link: RedisLink, scripts: Scripts, api: string): Promise<void> {
  const reply = await link.run('HGET', `${prefixOf(api)}meta`, 'mark');
  const known = reply === null ? '' : textIn(reply);
  if (isMarkIn(bucket.location, known)) return;
  const mark = newMark(bucket.location, api);
  await bucket.put(mark, await contentOf(TEXT), () => Promise.resolve());
  // Of processes that begin with an API at the same time, one leaves the mark.
  if (numberIn(await scripts.call('mark', api, mark, known)) === 0) await bucket.remove(mark);
}
