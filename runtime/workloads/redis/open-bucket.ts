import type { Bucket } from '../blobs/bucket.ts';
import type { BlobLocation } from '../blobs/location.ts';
import type { RedisNotice } from './notice.ts';

/** Opens the bucket of large bodies, if there is to be one. Rejects with an error of the area PAYLOADS, or with the reason of `stop`. */
export async function openBucket(
  location: BlobLocation | null,
  notify: (notice: RedisNotice) => void,
  stop: AbortSignal,
): Promise<Bucket | null> {
  if (location === null) return null;
  // Only those who have a bucket load its client.
  const { Bucket } = await import('../blobs/bucket.ts');
  return Bucket.open({
    location,
    environment: process.env,
    stop,
    onAway: (error) => {
      notify({ kind: 'payloads_away', error });
    },
    onBack: () => {
      notify({ kind: 'payloads_back' });
    },
  });
}
