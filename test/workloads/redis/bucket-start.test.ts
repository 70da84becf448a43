import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { isKnownError, type KnownError } from '../../../runtime/errors/known-error.ts';
import { parsePayloadsUrl, type BlobLocation } from '../../../runtime/workloads/blobs/location.ts';
import type { WorkloadStore } from '../../../runtime/workloads/store.ts';
import type { RedisNotice } from '../../../runtime/workloads/redis/open.ts';
import { freePort } from '../../support/bench/free-port.ts';
import type { RedisServer } from '../../support/redis/server.ts';
import { until } from '../../support/redis/until.ts';
import { withRedis } from '../../support/redis/with-redis.ts';
import { environmentFor, startMoto } from '../../support/s3/moto.ts';
import { withTestBucket } from '../../support/s3/test-bucket.ts';
import { codeOf, leaseOne, patterned, submitBytes } from '../samples.ts';
import { withStoreIn } from './with-store.ts';

const DENIAL = '<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>';
const payloads = parsePayloadsUrl('s3://bucket/pons');
const large = patterned(300_000);

const s3 = withTestBucket('proxy');

/** The error that opening a store ends in. */
async function refusal(server: RedisServer, place: BlobLocation | null = payloads): Promise<KnownError> {
  const options = { payloads: place, apis: ['api'] };
  const error = await withStoreIn(server, () => Promise.resolve(), options).catch((caught: unknown) => caught);
  if (isKnownError(error)) return error;
  throw new Error('it was opened, or ended in an error that the table does not know', { cause: error });
}

test('a start leaves nothing in the bucket once it has ended', async () => {
  await withRedis(async (server) => {
    await withStoreIn(server, () => Promise.resolve(), { payloads });
    assert.equal(await s3.moto.keys(''), []);
    assert.equal(await s3.moto.uploads(), []);
  });
});

for (const [right, isDenied] of [
  ['s3:PutObject', (asked: string) => asked.startsWith('PUT ')],
  ['s3:GetObject', (asked: string) => asked.startsWith('GET ')],
  ['s3:DeleteObject', (asked: string) => asked.startsWith('DELETE ') && !asked.includes('uploadId')],
  // Without that right S3 denies what is not there.
  ['s3:ListBucket', (asked: string, before: number) => asked.startsWith('GET ') && before > 0],
  ['s3:AbortMultipartUpload', (asked: string) => asked.startsWith('DELETE ') && asked.includes('uploadId')],
] as const) {
  test(`where ${right} is denied, that is said with the place`, async () => {
    await withRedis(async (server) => {
      let gets = 0;
      s3.proxy.deed = (asked) => {
        const denied = isDenied(asked, gets);
        if (asked.startsWith('GET ')) gets += 1;
        return denied ? { kind: 'answer', status: 403, body: DENIAL } : { kind: 'pass' };
      };
      const { code, message } = await refusal(server);
      assert.is(code, 'PONS_ERR_PAYLOADS_DENIED');
      assert.match(message, `S3 denies Pons ${right} at s3://bucket/pons`);
    });
  });
}

test('a bucket that does not exist is named', async () => {
  await withRedis(async (server) => {
    const { code, message } = await refusal(server, parsePayloadsUrl('s3://no-such-bucket/pons'));
    assert.is(code, 'PONS_ERR_PAYLOADS_BUCKET_MISSING');
    assert.match(message, `There is no bucket no-such-bucket at ${s3.proxy.address}`);
  });
});

test('an S3 that cannot be reached is named, without what lets one in there', async () => {
  await withRedis(async (server) => {
    const port = await freePort();
    Object.assign(process.env, environmentFor(`http://user:s3cret@127.0.0.1:${port}`));
    const { code, message, fix } = await refusal(server);
    assert.is(code, 'PONS_ERR_PAYLOADS_UNREACHABLE');
    assert.match(message, `http://127.0.0.1:${port}`);
    assert.not.match(message + fix, 's3cret');
  });
});

test('an S3 that says nothing is not waited for', async () => {
  await withRedis(async (server) => {
    s3.moto.freeze();
    try {
      const { code, message } = await refusal(server);
      assert.is(code, 'PONS_ERR_PAYLOADS_UNREACHABLE');
      assert.match(message, 'it has not answered within 8 s', message);
    } finally {
      s3.moto.thaw();
    }
  });
});

test('an S3 that fails is told with the reason that it gives', async () => {
  await withRedis(async (server) => {
    const body = '<Error><Code>InternalError</Code><Message>We are sorry</Message></Error>';
    s3.proxy.deed = () => ({ kind: 'answer', status: 500, body });
    const { code, message } = await refusal(server);
    assert.is(code, 'PONS_ERR_PAYLOADS_FAILED');
    assert.match(message, 'InternalError: We are sorry (HTTP 500)');
  });
});

test('without credentials, a bucket that wants some is told with where they were looked for', async () => {
  await withRedis(async (server) => {
    for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY']) Reflect.deleteProperty(process.env, name);
    s3.proxy.deed = () => ({ kind: 'answer', status: 403, body: DENIAL });
    const { code, message } = await refusal(server);
    assert.is(code, 'PONS_ERR_PAYLOADS_CREDENTIALS');
    assert.match(message, 'No AWS credentials were found for s3://bucket/pons');
  });
});

test('while bodies lie in a bucket, nobody starts without it or with another one; afterwards anybody does', async () => {
  await withRedis(async (server) => {
    await withStoreIn(server, (store) => submitBytes(store, 'api', 'one', large).then(() => undefined), { payloads });
    const without = await refusal(server, null);
    assert.is(without.code, 'PONS_ERR_PAYLOADS_ELSEWHERE');
    assert.match(without.message, 'lie at s3://bucket/pons, but this process was given no place for payloads');
    const other = await refusal(server, parsePayloadsUrl('s3://bucket/other'));
    assert.is(other.code, 'PONS_ERR_PAYLOADS_ELSEWHERE');
    assert.match(other.message, 'lie at s3://bucket/pons, but this process was given s3://bucket/other');
    await withStoreIn(
      server,
      async (store) => {
        await store.cancel('api', 'one');
        await until(() => Promise.resolve(server.command('ZCARD', 'pons:{api}:objects') === '0' ? true : null));
      },
      { payloads, apis: ['api'] },
    );
    await withStoreIn(server, () => Promise.resolve(), { apis: ['api'] });
    const place = parsePayloadsUrl('s3://bucket/other');
    await withStoreIn(
      server,
      async (store) => {
        await submitBytes(store, 'api', 'two', large);
        assert.is(Buffer.compare(await store.read((await leaseOne(store, 'api')).payload), large), 0);
      },
      { payloads: place, apis: ['api'] },
    );
    assert.is(server.command('HGET', 'pons:{api}:meta', 'payloads'), 's3://bucket/other');
  });
});

test('whoever stores in another place than those who were there first is refused, and leaves nothing', async () => {
  await withRedis(async (server) => {
    await withStoreIn(
      server,
      async (store) => {
        await withStoreIn(
          server,
          async (other) => {
            await submitBytes(store, 'api', 'one', large);
            const error = await submitBytes(other, 'api', 'two', large).catch((caught: unknown) => caught);
            assert.ok(isKnownError(error));
            assert.equal([error.code, error.status], ['PONS_ERR_PAYLOADS_ELSEWHERE', 503]);
            assert.equal((await other.lease('api', 1)).leases, []);
          },
          { payloads: parsePayloadsUrl('s3://bucket/other') },
        );
      },
      { payloads },
    );
    assert.equal(await s3.moto.keys('other/'), []);
  });
});

for (const [ids, left, code] of [
  [['one'], 'its mark', 'PONS_ERR_PAYLOADS_OTHER_S3'],
  [['one', 'two', 'three'], 'its mark', 'PONS_ERR_PAYLOADS_OTHER_S3'],
  [['one', 'two', 'three'], 'no mark', 'PONS_ERR_PAYLOADS_LOST'],
] as const) {
  test(`an S3 that has nothing of ${ids.length} objects that Redis knows there, and ${left}, is refused before anybody takes a payload for lost`, async () => {
    await withRedis(async (server) => {
      await withStoreIn(
        server,
        async (store) => {
          for (const id of ids) await submitBytes(store, 'api', id, large);
        },
        { payloads },
      );
      // As an earlier version leaves it.
      if (left === 'no mark') server.command('HDEL', 'pons:{api}:meta', 'mark');
      const another = await startMoto();
      try {
        Object.assign(process.env, environmentFor(another.address));
        const refused = await refusal(server);
        assert.is(refused.code, code);
        assert.match(refused.message, `Redis knows ${ids.length} objects of api at s3://bucket/pons`);
        assert.match(refused.message, another.address);
      } finally {
        await another.end();
      }
    });
  });
}

test('a place whose mark was deleted is known by its objects, and by a mark that somebody put there again', async () => {
  await withRedis(async (server) => {
    await withStoreIn(server, (store) => submitBytes(store, 'api', 'one', large).then(() => undefined), { payloads });
    const opened = (): Promise<void> =>
      withStoreIn(server, () => Promise.resolve(), { payloads, apis: ['api'], looksOnly: true });
    const [mark = ''] = await s3.moto.keys('pons/marks/');
    assert.match(mark, /^pons\/marks\/api\.[0-9a-f-]{36}$/);
    await s3.moto.remove(mark);
    await opened();
    for (const key of await s3.moto.keys('pons/api/')) await s3.moto.remove(key);
    assert.is((await refusal(server)).code, 'PONS_ERR_PAYLOADS_OTHER_S3');
    await s3.moto.put(mark, 'any');
    await opened();
  });
});

test('an API leaves one mark of a place, however many bodies come, and a new one of another place', async () => {
  await withRedis(async (server) => {
    const marked = (): string => server.command('HGET', 'pons:{api}:meta', 'mark').trim();
    for (const id of ['one', 'two']) {
      await withStoreIn(
        server,
        async (store) => {
          await Promise.all([`${id}-a`, `${id}-b`].map((each) => submitBytes(store, 'api', each, large)));
        },
        { payloads },
      );
    }
    const [only, ...more] = await s3.moto.keys('pons/marks/');
    assert.equal([`s3://bucket/${only}`, more], [marked(), []]);
    server.command('DEL', 'pons:{api}:objects');
    const other = parsePayloadsUrl('s3://bucket/other');
    const submitted = (store: WorkloadStore): Promise<void> =>
      submitBytes(store, 'api', 'three', large).then(() => undefined);
    await withStoreIn(server, submitted, { payloads: other });
    assert.equal(
      [marked()],
      (await s3.moto.keys('other/marks/')).map((key) => `s3://bucket/${key}`),
    );
  });
});

test('of processes that begin with an API at the same time, one leaves its mark', async () => {
  await withRedis(async (server) => {
    await withStoreIn(
      server,
      (one) =>
        withStoreIn(
          server,
          async (other) => {
            await Promise.all([submitBytes(one, 'api', 'one', large), submitBytes(other, 'api', 'other', large)]);
          },
          { payloads },
        ),
      { payloads },
    );
    assert.equal(
      (await s3.moto.keys('pons/marks/')).map((key) => `s3://bucket/${key}`),
      [server.command('HGET', 'pons:{api}:meta', 'mark').trim()],
    );
  });
});

test('a Redis that was emptied is told again of the mark, and that the API has objects', async () => {
  await withRedis(async (server) => {
    const emptied = new AbortController();
    const onNotice = ({ kind }: RedisNotice): void => {
      if (kind === 'emptied') emptied.abort();
    };
    await withStoreIn(
      server,
      async (store) => {
        await submitBytes(store, 'api', 'before', large);
        // It is known to be empty by comparison with what it was when it was last looked at.
        await lookedAgain(server);
        server.command('FLUSHALL');
        await until(() => Promise.resolve(emptied.signal.aborted || null));
        await submitBytes(store, 'api', 'after', large);
        const mark = server.command('HGET', 'pons:{api}:meta', 'mark').trim();
        assert.ok((await s3.moto.keys('pons/marks/')).includes(mark.replace('s3://bucket/', '')));
        assert.is(server.command('SMEMBERS', 'pons:objects').trim(), 'api');
      },
      { payloads, apis: ['api'], onNotice },
    );
  });
});

/** Waits until leases were looked at twice more, so that one look has ended. */
async function lookedAgain(server: RedisServer): Promise<void> {
  const swept = (): string => server.command('HGET', 'pons:{api}:meta', 'swept').trim();
  for (let times = 0; times < 2; times += 1) {
    const before = swept();
    await until(() => Promise.resolve(swept() === before ? null : true));
  }
}

test('the only object there is, which somebody deleted, is told and keeps nobody from starting', async () => {
  await withRedis(async (server) => {
    await withStoreIn(server, (store) => submitBytes(store, 'api', 'one', large).then(() => undefined), { payloads });
    for (const key of await s3.moto.keys('pons/api/')) await s3.moto.remove(key);
    const notices: RedisNotice[] = [];
    const onNotice = (notice: RedisNotice): number => notices.push(notice);
    await withStoreIn(
      server,
      async (store) => {
        assert.match(
          JSON.stringify(notices),
          /of api these are missing in the bucket: s3:\/\/bucket\/pons\/api\/one\./,
        );
        assert.is(await submitBytes(store, 'api', 'two', large), 'stored');
        const { payload } = await leaseOne(store, 'api');
        assert.is(await codeOf(store.read(payload)), 'PONS_ERR_WORKLOAD_BODY_MISSING');
      },
      { payloads, apis: ['api'], onNotice },
    );
  });
});

test.run();
