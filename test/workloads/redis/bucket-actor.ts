import { parsePayloadsUrl } from '../../../runtime/workloads/blobs/location.ts';
import { parseRedisUrl } from '../../../runtime/workloads/redis/address.ts';
import { openRedisStore } from '../../../runtime/workloads/redis/open.ts';
import { makeTempDir } from '../../support/temp-dir.ts';
import { leaseOne, patterned, submitBytes } from '../samples.ts';

/*
 * Does one thing to a store with a bucket, and is killed by whoever sees its requests to the bucket.
 * Arguments: URL of Redis, `submit` | `complete` | `cancel`, bytes of the body.
 */
const [url = '', what = '', bytes = ''] = process.argv.slice(2);
const { store } = await openRedisStore({
  address: parseRedisUrl(url),
  payloads: parsePayloadsUrl('s3://bucket/pons'),
  apis: ['api'],
  spoolDir: makeTempDir(),
  leaseMs: 1500,
  graceMs: 0,
});
const body = patterned(Number(bytes));
if (what === 'submit') await submitBytes(store, 'api', 'one', body);
if (what === 'complete') await store.complete(await leaseOne(store, 'api'), body);
if (what === 'cancel') await store.cancel('api', 'one');
// What is left to do it does by itself.
setInterval(() => undefined, 60_000);
