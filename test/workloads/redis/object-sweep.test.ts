import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { parsePayloadsUrl } from '../../../runtime/workloads/blobs/location.ts';
import type { RedisNotice } from '../../../runtime/workloads/redis/open.ts';
import { until } from '../../support/redis/until.ts';
import { withRedis } from '../../support/redis/with-redis.ts';
import { environmentFor, startMoto, type Moto } from '../../support/s3/moto.ts';
import { forgetCredentials } from '../../support/s3/no-credentials.ts';
import { startProxy, type Proxy } from '../../support/s3/proxy.ts';
import { patterned, submitBytes } from '../samples.ts';
import { withStoreIn } from './with-store.ts';

const OBJECTS = 'pons:{api}:objects';
const DENIAL = '<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>';

forgetCredentials();
let moto: Moto;
let proxy: Proxy;

test.before(async () => {
  moto = await startMoto();
  proxy = await startProxy(moto.address);
  Object.assign(process.env, environmentFor(proxy.address));
});

test.after(async () => {
  await proxy.end();
  await moto.end();
});

test('an object that cannot be taken away holds up no other, and is told', async () => {
  const notices: RedisNotice[] = [];
  const options = {
    payloads: parsePayloadsUrl('s3://bucket/pons'),
    onNotice: (notice: RedisNotice) => notices.push(notice),
  };
  await withRedis(async (server) => {
    await withStoreIn(
      server,
      async (store) => {
        const ids = Array.from({ length: 12 }, (_, at) => `id${at}`);
        for (const id of ids) await submitBytes(store, 'api', id, patterned(300_000));
        proxy.deed = (asked) =>
          asked.startsWith('DELETE ') && asked.includes('/api/id0.')
            ? { kind: 'answer', status: 403, body: DENIAL }
            : { kind: 'pass' };
        for (const id of ids) await store.cancel('api', id);
        await until(() => Promise.resolve(server.command('ZCARD', OBJECTS) === '1' ? true : null));
        assert.match(server.command('ZRANGE', OBJECTS, '0', '-1'), '/api/id0.');
        assert.is((await moto.keys('pons/api/')).length, 1);
        const told = await until(() => Promise.resolve(notices.find(({ kind }) => kind === 'warning') ?? null));
        assert.match(JSON.stringify(told), 's3:DeleteObject');
      },
      options,
    );
  });
});

test.run();
