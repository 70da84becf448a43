import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { isKnownError, KnownError } from '../../../runtime/errors/known-error.ts';
import { parseRedisUrl } from '../../../runtime/workloads/redis/address.ts';
import { checkServer, isAtLeast } from '../../../runtime/workloads/redis/checks.ts';
import type { Argument } from '../../../runtime/workloads/redis/client.ts';
import { RedisLink } from '../../../runtime/workloads/redis/link.ts';
import type { RedisNotice } from '../../../runtime/workloads/redis/open.ts';
import type { RedisStore } from '../../../runtime/workloads/redis/store.ts';
import { startChild } from '../../support/bench/child.ts';
import { freePort } from '../../support/bench/free-port.ts';
import { makeCertificate } from '../../support/redis/certificate.ts';
import { codeOf, leaseUpTo, messageOf, submitText } from '../samples.ts';
import { until } from '../../support/redis/until.ts';
import { withRedis } from '../../support/redis/with-redis.ts';
import { makeTempDir, removeTempDir } from '../../support/temp-dir.ts';
import { noStoreIn, withStoreIn } from './with-store.ts';

const SECRET = 's3cr3t/%pass';

/** Settings of a Redis that Pons does not serve from, and what it says. */
const refused: readonly (readonly [code: string, settings: Readonly<Record<string, string>>, says: RegExp])[] = [
  ['PONS_ERR_REDIS_NOT_DURABLE', { appendonly: 'no' }, /appendonly no/],
  [
    'PONS_ERR_REDIS_EVICTION',
    { maxmemory: '100mb', 'maxmemory-policy': 'allkeys-lru' },
    /maxmemory-policy allkeys-lru/,
  ],
  [
    'PONS_ERR_REDIS_EVICTION',
    { maxmemory: '100mb', 'maxmemory-policy': 'volatile-ttl' },
    /maxmemory-policy volatile-ttl/,
  ],
  ['PONS_ERR_REDIS_CLUSTER', { 'cluster-enabled': 'yes' }, /cluster-enabled yes/],
  ['PONS_ERR_REDIS_REPLICA', { replicaof: '127.0.0.1 1' }, /replica/],
  ['PONS_ERR_REDIS_AUTH', { requirepass: SECRET }, /NOAUTH/],
];

for (const [code, settings, says] of refused) {
  test(`a Redis with ${Object.entries(settings).flat().join(' ').replace(SECRET, 'a password')} is refused with ${code}`, async () => {
    await withRedis(async (server) => {
      assert.is(await codeOf(noStoreIn(server.url)), code);
      assert.match(await messageOf(noStoreIn(server.url)), says);
    }, settings);
  });
}

test('a wrong password is said, without showing it', async () => {
  await withRedis(
    async (server) => {
      const url = (password: string): string =>
        server.url.replace('redis://', `redis://default:${encodeURIComponent(password)}@`);
      assert.is(await codeOf(noStoreIn(url('wr0ng-one'))), 'PONS_ERR_REDIS_AUTH');
      assert.not.match(await messageOf(noStoreIn(url('wr0ng-one'))), 'wr0ng-one');
      await withStoreIn(server, (store) => submitText(store, 'iris', 'one').then(() => undefined), {
        url: url(SECRET),
      });
    },
    { requirepass: SECRET },
  );
});

test('a user with the rights of the page is enough, calls included, and one with fewer is told which', async () => {
  await withRedis(async (server) => {
    const page = readFileSync(new URL('../../../docs/redis.md', import.meta.url), 'utf8');
    const rights = /^ACL SETUSER pons on >PASSWORD (.*)$/m.exec(page)?.[1]?.split(' ') ?? [];
    assert.ok(rights.length > 4);
    server.command('ACL', 'SETUSER', 'pons', 'on', '>pw', ...rights);
    server.command('ACL', 'SETUSER', 'poor', 'on', '>pw', '~pons:*', '+info', '+ping', '+lpushx');
    const notices: RedisNotice[] = [];
    const url = server.url.replace('redis://', 'redis://pons:pw@');
    const options = { url, pollMs: 3_600_000, onNotice: (notice: RedisNotice) => notices.push(notice) };
    await withStoreIn(server, (gateway) => withStoreIn(server, (host) => hearTwice(gateway, host), options), options);
    assert.match(String(notices.map((notice) => (notice.kind === 'warning' ? notice.text : ''))), 'no right to ask');
    const denied = server.command('ACL', 'LOG').split('\n');
    const commands = denied.filter((_line, at) => denied[at - 1] === 'object').map((object) => object.split('|')[0]);
    assert.equal([...new Set(commands)], ['config'], 'nothing else was denied');
    const poor = server.url.replace('redis://', 'redis://poor:pw@');
    assert.is(await codeOf(noStoreIn(poor, ['iris'])), 'PONS_ERR_REDIS_PERMISSION');
    assert.match(await messageOf(noStoreIn(poor, ['iris'])), /evalsha/);
  });
});

test('a Redis that does not tell how it writes is served from, with a warning', async () => {
  await withRedis(async (server) => {
    const address = parseRedisUrl(server.url);
    const link = await RedisLink.open(address, 0, new AbortController().signal);
    try {
      const run = (...command: readonly Argument[]) =>
        command[0] === 'CONFIG' ? Promise.resolve([]) : link.run(...command);
      assert.match(String(await checkServer({ address, run })), 'is not told');
    } finally {
      await link.close();
    }
  });
});

test('a Redis that goes away while it is looked at is told as that, not as one that denies a right', async () => {
  await withRedis(async (server) => {
    const address = parseRedisUrl(server.url);
    const link = await RedisLink.open(address, 0, new AbortController().signal);
    try {
      const away = KnownError.of('PONS_ERR_REDIS_UNREACHABLE', { address: address.shown, reason: 'it is gone' });
      const run = (...command: readonly Argument[]) =>
        command[0] === 'CONFIG' ? Promise.reject(away) : link.run(...command);
      assert.is(await codeOf(checkServer({ address, run })), 'PONS_ERR_REDIS_UNREACHABLE');
    } finally {
      await link.close();
    }
  });
});

/** Lets `host` be called by `gateway`, twice: bee-queue has then finished one call. */
async function hearTwice(gateway: RedisStore, host: RedisStore): Promise<void> {
  let heard = 0;
  host.onQueued('iris', () => (heard += 1));
  for (const id of ['one', 'two']) {
    await leaseUpTo(host, 'iris', 10);
    const before = heard;
    await submitText(gateway, 'iris', id);
    await until(() => Promise.resolve(heard > before ? true : null));
    await leaseUpTo(host, 'iris', 10);
  }
}

test('a port that does not speak TLS is said where TLS is asked for', async () => {
  await withRedis(async (server) => {
    const url = server.url.replace('redis://', 'rediss://');
    assert.match(await messageOf(noStoreIn(url, [], { startMs: 0 })), 'whose port is not for TLS');
  });
});

test('a certificate that nobody vouches for is said', async () => {
  const certificate = makeCertificate();
  await withRedis(async (server) => {
    const url = `rediss://127.0.0.1:${server.tlsPort}`;
    assert.is(await codeOf(noStoreIn(url)), 'PONS_ERR_REDIS_TLS');
    assert.match(await messageOf(noStoreIn(url)), 'self-signed certificate');
  }, certificate.settings);
});

test('a Redis whose data is of a later format is left alone', async () => {
  await withRedis(async (server) => {
    server.command('HSET', 'pons:{iris}:meta', 'epoch', 'x', 'format', '2');
    assert.is(await codeOf(noStoreIn(server.url, ['iris'])), 'PONS_ERR_REDIS_FORMAT');
  });
});

test('what can lose data only in the worst case is a warning that names the setting', async () => {
  for (const [settings, says] of [
    [{ appendfsync: 'everysec' }, /appendfsync is everysec.*set appendfsync always/],
    [{ 'maxmemory-policy': 'allkeys-lru' }, /set maxmemory-policy noeviction/],
  ] as const) {
    await withRedis(async (server) => {
      const notices: RedisNotice[] = [];
      await withStoreIn(server, () => Promise.resolve(), { onNotice: (notice) => notices.push(notice) });
      assert.is(notices.length, 1);
      assert.match(notices[0]?.kind === 'warning' ? notices[0].text : '', says);
    }, settings);
  }
});

test('a Sentinel is said to be one', async () => {
  const dir = makeTempDir();
  const file = join(dir, 'sentinel.conf');
  const port = await freePort();
  writeFileSync(file, `port ${port}\nbind 127.0.0.1\ndir ${dir}\n`);
  const child = startChild(process.env['REDIS_SERVER'] ?? 'redis-server', [file, '--sentinel']);
  try {
    const notices: RedisNotice[] = [];
    const onNotice = (notice: RedisNotice): unknown => notices.push(notice);
    const opened = noStoreIn(`redis://127.0.0.1:${port}`, [], { startMs: 30_000, onNotice });
    assert.is(await codeOf(opened), 'PONS_ERR_REDIS_SENTINEL');
    assert.equal(notices, []);
  } finally {
    await child.end();
    removeTempDir(dir);
  }
});

test('a command that somebody has renamed, or a database that is not there, is said', async () => {
  await withRedis(
    async (server) => {
      const without = server.url.replace('/0', '/16');
      assert.is(await codeOf(noStoreIn(without)), 'PONS_ERR_REDIS_DATABASE');
      assert.is(await codeOf(noStoreIn(server.url)), 'PONS_ERR_REDIS_COMMAND');
      assert.match(await messageOf(noStoreIn(server.url)), /needs: ERR unknown command .INFO.\.$/);
    },
    { 'rename-command': 'INFO OTHER' },
  );
});

test('what is said at a start tells nobody to send a request again', async () => {
  for (const settings of [{ replicaof: '127.0.0.1 1' }, { 'min-replicas-to-write': '1' }]) {
    await withRedis(async (server) => {
      const error: unknown = await noStoreIn(server.url, ['iris']).catch((reason: unknown) => reason);
      assert.ok(isKnownError(error));
      assert.not.match(error.message + error.fix, /request|goes on by itself/);
      assert.match(error.fix, 'start Pons again');
    }, settings);
  }
});

test('versions are compared as numbers', () => {
  for (const version of ['6.2.0', '6.10', '7.0.15', '10.0']) assert.ok(isAtLeast(version, '6.2'), version);
  // PONS_ERR_REDIS_VERSION: no server that old can be installed here.
  for (const version of ['6.0.16', '5.9', '2.8', 'unknown', '']) assert.not.ok(isAtLeast(version, '6.2'), version);
});

test.run();
