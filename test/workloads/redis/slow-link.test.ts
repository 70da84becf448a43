import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { leaseUpTo, patterned, sha256, submitBytes } from '../samples.ts';
import { withProxy } from './with-proxy.ts';
import { withStoreIn } from './with-store.ts';

/** Further than the next continent, and about what a bad line has. */
const SLOW = { delayMs: 100, bytesPerSecond: 1_000_000 };
const ids = ['a', 'b', 'c', 'd', 'e', 'f'];

test('large payloads and results of many workloads at once get over a slow link at the first attempt', async () => {
  await withProxy(async (_proxy, url, server) => {
    const payloads = new Map(ids.map((id, at) => [id, patterned(300 * 1024, at)]));
    await withStoreIn(server, async (near) => {
      for (const [id, bytes] of payloads) await submitBytes(near, 'iris', id, bytes);
    });
    const results = new Map(ids.map((id, at) => [id, Buffer.from(`"${String(at).repeat(200 * 1024)}"`)]));
    await withStoreIn(
      server,
      async (far) => {
        const leases = await leaseUpTo(far, 'iris', ids.length);
        assert.equal(leases.map(({ id }) => id).length, 1, 'a lease brings what a slow link takes');
        while (leases.length < ids.length) (leases as unknown[]).push(...(await leaseUpTo(far, 'iris', ids.length)));
        const read = await Promise.all(leases.map(({ payload }) => far.read(payload)));
        leases.forEach(({ id }, at) => {
          assert.equal(sha256(read[at] ?? Buffer.alloc(0)), sha256(payloads.get(id) ?? Buffer.alloc(1)));
        });
        const ends = await Promise.all(
          leases.map((lease) => far.complete(lease, results.get(lease.id) ?? Buffer.of())),
        );
        assert.equal(
          ends,
          ids.map(() => 'done'),
        );
        assert.is(await far.refusal(), null);
      },
      { url },
    );
  }, SLOW);
});

test.run();
