import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { parsePayloadsUrl } from '../../../runtime/workloads/blobs/location.ts';
import { withRedis } from '../../support/redis/with-redis.ts';
import { environmentFor, startMoto } from '../../support/s3/moto.ts';
import { forgetCredentials } from '../../support/s3/no-credentials.ts';
import { conformance } from '../conformance.ts';
import { withStoreIn } from './with-store.ts';

forgetCredentials();
const moto = await startMoto();
Object.assign(process.env, environmentFor(moto.address));
const payloads = parsePayloadsUrl('s3://bucket/large/bodies');

// Looking into a queue that others may have filled calls those who listen to it, too: they are counted.
const options = { payloads, pollMs: 3_600_000 };

conformance('redis and a bucket', (act) => withRedis((server) => withStoreIn(server, act, options)));

test.after(() => moto.end());

test('large bodies of the suite were in the bucket, all of them below the prefix', async () => {
  const keys = (await moto.keys('')).filter((key) => !key.startsWith('large/bodies/marks/'));
  assert.ok(keys.length > 5);
  assert.equal(
    keys.filter((key) => !/^large\/bodies\/[a-z]+\/[A-Za-z0-9._-]+\.[0-9a-f-]{36}\.[0-9a-f]{64}$/.test(key)),
    [],
  );
});

test.run();
