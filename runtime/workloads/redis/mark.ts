import type { Bucket } from '../blobs/bucket.ts';
import { contentOf } from '../blobs/content.ts';
import { isMarkIn, newMark } from '../blobs/location.ts';
import type { RedisLink } from './link.ts';
import { textIn } from './replies.ts';
import { prefixOf } from './scripts.ts';

/*
 * An object that is not there says little: somebody may have deleted it, or the process may have been given another S3, in which a bucket of that name has none
 * of all others either. Whoever took the second for the first would fail workloads whose payloads are safe. So each API leaves a mark beside its objects, whose
 * name Redis knows: where that is, the place is the right one.
 */

const TEXT = Buffer.from(
  'By this object Pons knows that large payloads and results of an API are kept here: leave it.\n',
);

/** Leaves a mark of an API in a bucket, unless there is one. Rejects with an error of the area PAYLOADS; where Redis cannot be told, another process leaves one. */
export async function leaveMark(bucket: Bucket, link: RedisLink, api: string): Promise<void> {
  const meta = `${prefixOf(api)}meta`;
  const known = await link.run('HGET', meta, 'mark').catch(() => null);
  if (known !== null && isMarkIn(bucket.location, textIn(known))) return;
  const mark = newMark(bucket.location, api);
  await bucket.put(mark, await contentOf(TEXT), () => Promise.resolve());
  // Where memory is full it is said by another process.
  await link.run('HSET', meta, 'mark', mark).catch(() => undefined);
}
