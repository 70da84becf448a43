import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { parsePayloadsUrl } from '../../../runtime/workloads/blobs/location.ts';
import { GRACE_MS } from '../../../runtime/workloads/redis/open.ts';
import type { RedisServer } from '../../support/redis/server.ts';
import { until } from '../../support/redis/until.ts';
import { withRedis } from '../../support/redis/with-redis.ts';
import { environmentFor, startMoto, type Moto } from '../../support/s3/moto.ts';
import { forgetCredentials } from '../../support/s3/no-credentials.ts';
import { makeTempDir } from '../../support/temp-dir.ts';
import { leaseOne, patterned, submitBytes } from '../samples.ts';
import { withStoreIn } from './with-store.ts';

const OBJECTS = 'pons:{api}:objects';
const options = { payloads: parsePayloadsUrl('s3://bucket/pons'), apis: ['api'], leaseMs: 1500 };

forgetCredentials();
let moto: Moto;

test.before(async () => {
  moto = await startMoto();
  Object.assign(process.env, environmentFor(moto.address));
});

test.after(() => moto.end());

/** Has Redis forget what it did `meanwhile`, as after a failover to a replica that had not got it. */
async function rewound(server: RedisServer, meanwhile: () => Promise<void>): Promise<void> {
  const [, folder = ''] = server.command('CONFIG', 'GET', 'dir').split('\n');
  const before = join(makeTempDir(), 'before');
  cpSync(folder, before, { recursive: true });
  await meanwhile();
  await server.kill();
  rmSync(folder, { recursive: true });
  cpSync(before, folder, { recursive: true });
  await server.start();
}

/** Waits until what nothing refers to any more, and is old enough, has been taken away. */
async function untilSwept(server: RedisServer): Promise<void> {
  const old = 's3://bucket/pons/api/old.1';
  server.command('ZADD', OBJECTS, '1', old);
  await until(() => Promise.resolve(server.command('ZSCORE', OBJECTS, old) === '' ? true : null));
}

test('a payload whose end a Redis has forgotten that lost its last moments is still there to be run again', async () => {
  const payload = patterned(300_000);
  await withRedis(async (server) => {
    await withStoreIn(server, (store) => submitBytes(store, 'api', 'one', payload).then(() => undefined), options);
    await rewound(server, () =>
      withStoreIn(
        server,
        async (store) => {
          await store.complete(await leaseOne(store, 'api'), Buffer.from('{}'));
          await untilSwept(server);
        },
        { ...options, graceMs: GRACE_MS },
      ),
    );
    await withStoreIn(
      server,
      async (store) => {
        const lease = await leaseOne(store, 'api');
        assert.is(Buffer.compare(await store.read(lease.payload), payload), 0);
      },
      options,
    );
  });
});

test.run();
