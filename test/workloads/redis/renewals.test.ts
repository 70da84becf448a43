import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { until } from '../../support/redis/until.ts';
import { withRedis } from '../../support/redis/with-redis.ts';
import { leaseOne, leaseUpTo, submitText } from '../samples.ts';
import { withStoreIn } from './with-store.ts';

const LEASE_MS = 3000;
const RESULT = Buffer.from('{}');
/** No renewal comes through, as for whoever is cut off. */
const never = { renewMs: 3_600_000 };

test('whoever could not renew takes back what it still runs before it leases anything', async () => {
  await withRedis(async (server) => {
    const options = { apis: ['iris'], leaseMs: LEASE_MS };
    await withStoreIn(
      server,
      (living) =>
        withStoreIn(
          server,
          async (holder) => {
            await submitText(living, 'iris', 'one');
            const lease = await leaseOne(holder, 'iris');
            const lost: string[] = [];
            holder.onLost(({ id }) => lost.push(id));
            await until(async () => ((await living.counts('iris')).inQueue === 1 ? true : null));
            assert.equal(await leaseUpTo(holder, 'iris', 1), []);
            assert.is(await holder.complete(lease, RESULT), 'done');
            assert.equal(lost, []);
          },
          { ...options, ...never },
        ),
      options,
    );
  });
});

test('leases of an API that cannot be renewed keep no other API from renewing and leasing', async () => {
  await withRedis(async (server) => {
    await withStoreIn(
      server,
      async (store) => {
        for (const api of ['broken', 'iris']) for (const id of ['one', 'two']) await submitText(store, api, id);
        await leaseOne(store, 'broken');
        await leaseOne(store, 'iris');
        server.command('DEL', 'pons:{broken}:leases');
        server.command('SET', 'pons:{broken}:leases', 'of another kind');
        const expiry = (): number => Number(server.command('ZSCORE', 'pons:{iris}:leases', 'one'));
        const first = expiry();
        // Longer than a lease may go without a renewal before one is asked for.
        await until(() => Promise.resolve(expiry() > first + LEASE_MS ? true : null));
        assert.is((await leaseOne(store, 'iris')).id, 'two');
      },
      { apis: ['broken', 'iris'], leaseMs: LEASE_MS },
    );
  });
});

test('leases that lapse are put back into the queue of one API though those of another cannot be', async () => {
  await withRedis(async (server) => {
    await withStoreIn(
      server,
      async (store) => {
        await submitText(store, 'iris', 'one');
        await leaseOne(store, 'iris');
        server.command('SET', 'pons:{broken}:leases', 'of another kind');
        server.command('ZADD', 'pons:{iris}:leases', '1', 'one');
        await until(async () => ((await store.counts('iris')).inQueue === 1 ? true : null));
      },
      { apis: ['broken', 'iris'], ...never },
    );
  });
});

test.run();
