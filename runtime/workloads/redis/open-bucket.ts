import type { Bucket } from '../blobs/bucket.ts';
import type { BlobLocation } from '../blobs/location.ts';
import type { RedisNotice } from './upkeep.ts';

/** Opens the bucket of large bodies, if there is to be one. Rejects with an error of the area PAYLOADS. */
export async function openBucket(
  location: BlobLocation | null,
  notify: (notice: RedisNotice) => void,
): Promise<Bucket | null> {
  if (location === null) return null;
  // Only those who have a bucket load its client.
  const { Bucket } = await import('../blobs/bucket.ts');
  return Bucket.open({
    location,
    environment: process.env,
    onAway: (error) => {
      notify({ kind: 'payloads_away', error });
    },
    onBack: () => {
      notify({ kind: 'payloads_back' });
    },
  });
}
