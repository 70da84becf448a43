import { once } from 'node:events';
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { parsePayloadsUrl } from '../../../runtime/workloads/blobs/location.ts';
import type { RedisStore } from '../../../runtime/workloads/redis/store.ts';
import { deadline } from '../../support/deadline.ts';
import type { RedisServer } from '../../support/redis/server.ts';
import { until } from '../../support/redis/until.ts';
import { withRedis } from '../../support/redis/with-redis.ts';
import { environmentFor } from '../../support/s3/moto.ts';
import { withTestBucket } from '../../support/s3/test-bucket.ts';
import { TSX } from '../../support/served.ts';
import { leaseOne, leaseUpTo, patterned, submitBytes } from '../samples.ts';
import { withStoreIn } from './with-store.ts';

const MB = 1024 * 1024;
const ACTOR = fileURLToPath(new URL('./bucket-actor.ts', import.meta.url));
const payloads = parsePayloadsUrl('s3://bucket/pons');
const OBJECTS = 'pons:{api}:objects';

const s3 = withTestBucket('moto');

/** When an actor is killed: at a request to the bucket that fits, before it is carried out or after. */
interface Death {
  readonly at: (asked: string) => boolean;
  readonly when: 'before' | 'after';
}

/** Has an actor do something, and kills it in the middle. */
async function killedWhile(server: RedisServer, what: string, bytes: number, { at, when }: Death): Promise<void> {
  const child = spawn(process.execPath, ['--import', TSX, ACTOR, server.url, what, String(bytes)], {
    stdio: 'inherit',
    env: { ...process.env, ...environmentFor(s3.proxy.address) },
  });
  const exited = once(child, 'exit');
  const kill = (): void => void child.kill('SIGKILL');
  s3.proxy.deed = (asked) => {
    if (!at(asked) || asked.includes('probe')) return { kind: 'pass' };
    if (when === 'after') return { kind: 'done', act: kill };
    kill();
    return { kind: 'answer', status: 500, body: '' };
  };
  await deadline(60_000, exited, 'the death of the actor');
  assert.is(child.signalCode, 'SIGKILL');
  s3.proxy.deed = () => ({ kind: 'pass' });
}

/** Makes what is to be done in a quarter of an hour, or what somebody was to have done a minute ago, due now. */
function timePasses(server: RedisServer): void {
  const rows = server.command('ZRANGE', OBJECTS, '0', '-1', 'WITHSCORES').split('\n');
  for (let at = 0; at + 1 < rows.length; at += 2) {
    const [reference = '', score = ''] = rows.slice(at, at + 2);
    if (score === 'inf') continue;
    const earlier = Number(score) - 15 * 60 * 1000;
    const claimed = Number(score) + 61 * 1000;
    server.command('ZADD', OBJECTS, String(score.startsWith('-') ? claimed : earlier), reference);
  }
}

const bodies = async (): Promise<string[]> =>
  (await s3.moto.keys('pons/')).filter((key) => !/^pons\/(probe|marks)\//.test(key));

async function untilLeft(server: RedisServer, count: number): Promise<void> {
  await until(async () => {
    const there = (await bodies()).length;
    return there === count && server.command('ZCARD', OBJECTS) === String(count) ? true : null;
  });
}

const withStore = (server: RedisServer, act: (store: RedisStore) => Promise<void>, retentionMs?: number) =>
  withStoreIn(server, act, {
    payloads,
    apis: ['api'],
    leaseMs: 1500,
    ...(retentionMs === undefined ? {} : { retentionMs }),
  });

const isPut = (asked: string): boolean => asked.startsWith('PUT ');
const isBegin = (asked: string): boolean => asked.startsWith('POST ') && asked.includes('uploads');
const isEnd = (asked: string): boolean => asked.startsWith('POST ') && asked.includes('uploadId');
const isLook = (asked: string): boolean => asked.startsWith('HEAD ');
const isDelete = (asked: string): boolean => asked.startsWith('DELETE ');

const uploads: readonly (readonly [string, number, Death])[] = [
  ['before its body is there', MB, { at: isPut, when: 'before' }],
  ['when its body has just come', MB, { at: isPut, when: 'after' }],
  ['when an upload in parts has begun', 20 * MB, { at: isBegin, when: 'after' }],
  ['between two parts', 20 * MB, { at: (asked) => asked.includes('partNumber=2'), when: 'after' }],
  ['when all parts have just become one', 20 * MB, { at: isEnd, when: 'after' }],
  ['when it looks at what has come', 20 * MB, { at: isLook, when: 'before' }],
];

for (const [what, bytes, death] of uploads) {
  test(`a gateway that is killed ${what} leaves no workload and, in the end, no object`, async () => {
    await withRedis(async (server) => {
      await killedWhile(server, 'submit', bytes, death);
      await withStore(server, async (store) => {
        assert.is(await store.find('api', 'one'), null);
        assert.is(await submitBytes(store, 'api', 'one', patterned(bytes)), 'stored', 'as its client does again');
        timePasses(server);
        await untilLeft(server, 1);
        const { payload } = await leaseOne(store, 'api');
        assert.is(Buffer.compare(await store.read(payload), patterned(bytes)), 0);
      });
    });
  });

  test(`a host that is killed ${what}, of a result, leaves its workload to another one and, in the end, no object`, async () => {
    await withRedis(async (server) => {
      await withStore(server, async (store) => {
        await submitBytes(store, 'api', 'one', patterned(MB, 7));
      });
      await killedWhile(server, 'complete', bytes, death);
      await withStore(
        server,
        async (store) => {
          const lease = await until(async () => (await leaseUpTo(store, 'api', 1))[0] ?? null);
          assert.is(Buffer.compare(await store.read(lease.payload), patterned(MB, 7)), 0);
          assert.is(await store.complete(lease, patterned(bytes, 2)), 'done');
          timePasses(server);
          const record = await store.find('api', 'one');
          assert.ok(record?.result);
          assert.is(Buffer.compare(await store.read(record.result), patterned(bytes, 2)), 0);
          await until(async () => ((await bodies()).length === 1 ? true : null));
        },
        60 * 60 * 1000,
      );
    });
  });
}

for (const when of ['before', 'after'] as const) {
  test(`what a process was killed over ${when} it had taken it away is taken away by another one`, async () => {
    await withRedis(async (server) => {
      await withStore(server, async (store) => {
        await submitBytes(store, 'api', 'one', patterned(MB));
      });
      await killedWhile(server, 'cancel', 0, { at: isDelete, when });
      assert.is(server.command('ZCARD', OBJECTS), '1');
      await withStore(server, async () => {
        timePasses(server);
        await untilLeft(server, 0);
      });
    });
  });
}

test.run();
