import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { parseRedisUrl } from '../../../runtime/workloads/redis/address.ts';
import { makeOldClient, type OldClient } from '../../../runtime/workloads/redis/old-client.ts';
import { makeCertificate } from '../../support/redis/certificate.ts';
import { withRedis } from '../../support/redis/with-redis.ts';

test('a Redis with TLS under an IP address is asked for no server name, which must not be an address', async () => {
  const warnings: (string | undefined)[] = [];
  process.on('warning', (warning) => warnings.push((warning as NodeJS.ErrnoException).code));
  await withRedis(async (server) => {
    const clients: OldClient[] = [];
    // Nobody vouches for its certificate here, so that it ends by itself.
    await new Promise<void>((resolve) => {
      makeOldClient(parseRedisUrl(`rediss://127.0.0.1:${server.tlsPort}`), clients, resolve);
    });
    for (const client of clients) client.end(true);
    assert.not.ok(warnings.includes('DEP0123'));
  }, makeCertificate().settings);
});

test.run();
