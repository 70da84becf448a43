import { connect } from 'node:net';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { pons } from '../support/pons.ts';
import { makeProject } from '../support/project.ts';
import { ask, Cast } from '../support/redis/cast.ts';
import { laterForObjects } from '../support/redis/later.ts';
import type { RedisServer } from '../support/redis/server.ts';
import { ANSWER_MS } from '../support/redis/submitter.ts';
import { until } from '../support/redis/until.ts';
import { withRedis } from '../support/redis/with-redis.ts';
import { ended, env, files, ready, request, SECRET } from '../support/s3/large-bodies.ts';
import { startMoto, type Moto } from '../support/s3/moto.ts';
import { forgetCredentials } from '../support/s3/no-credentials.ts';
import { makeTempDir } from '../support/temp-dir.ts';

const MB = 1024 * 1024;

forgetCredentials();
let moto: Moto;

test.before(async () => {
  moto = await startMoto();
});

test.after(() => moto.end());

/** Waits until only these many objects are left, and Redis knows no others, as they are some minutes after the last end. */
async function untilLeft(server: RedisServer, count: number): Promise<readonly string[]> {
  return until(async () => {
    laterForObjects(server, 'api');
    const keys = (await moto.keys('pons/')).filter((key) => !/^pons\/(probe|marks)\//.test(key));
    return keys.length === count && server.command('ZCARD', 'pons:{api}:objects') === String(count) ? keys : null;
  });
}

async function emptied(): Promise<void> {
  for (const key of await moto.keys('')) await moto.remove(key);
}

test('large payloads and results go through the bucket, from a gateway to predictors and back', async () => {
  await withRedis(async (server) => {
    const cast = new Cast(server, files);
    try {
      const gateway = await cast.start('gateway', { env: env(moto.address) });
      const host = await cast.start('predictors', { env: env(moto.address) });
      await ready(gateway.url);
      const sizes = [
        [10, 10],
        [300_000, 10],
        [10, 300_000],
        [20 * MB, 20 * MB],
      ] as const;
      for (const [at, [length, answer]] of sizes.entries()) {
        const { body, expected } = request(length, answer);
        const url = `${gateway.url}/api`;
        assert.is((await ask(url, 'POST', body, `a:${at}`)).status, 200);
        const json = await ended(`${url}/a:${at}`);
        assert.is(json['status'], 'completed', JSON.stringify(json['error'] ?? null));
        assert.equal(json['result'], expected);
      }
      const keys = await untilLeft(server, 2);
      assert.ok(
        keys.every((key) => /^pons\/api\/a_[23]\.[0-9a-f-]{36}\.[0-9a-f]{64}$/.test(key)),
        keys.join(),
      );
      assert.is(server.command('--scan', '--pattern', 'pons:{api}:b:*'), '');
      assert.equal(await moto.uploads(), []);
      const lines = [...gateway.lines, ...host.lines].join('\n');
      assert.match(lines, 's3://bucket/pons');
      assert.not.match(lines, SECRET);
    } finally {
      await cast.end();
      await emptied();
    }
  });
});

test('a place for payloads needs a Redis, and has to be one', async () => {
  const project = ['serve', makeTempDir()];
  const without = await pons([...project, '--payloads', 's3://bucket/pons']);
  assert.is(without.code, 2);
  assert.match(without.stderr, 'PONS_ERR_CLI_PAYLOADS');
  const wrong = await pons(project, {
    PONS_REDIS_URL: 'redis://127.0.0.1:1',
    PONS_PAYLOADS: 'https://me:secret@bucket',
  });
  assert.is(wrong.code, 2);
  assert.match(wrong.stderr, 'PONS_ERR_PAYLOADS_URL');
  assert.not.match(wrong.stderr, 'secret');
});

test('an upload that its client cuts off leaves nothing', async () => {
  await withRedis(async (server) => {
    const cast = new Cast(server, files);
    try {
      const { url, lines } = await cast.start('gateway', { env: env(moto.address) });
      const socket = connect(Number(new URL(url).port), '127.0.0.1');
      socket.on('error', () => undefined);
      const head = ['POST /api HTTP/1.1', 'host: localhost', 'content-type: text/plain', `content-length: ${20 * MB}`];
      socket.write(`${head.join('\r\n')}\r\n\r\n`);
      await new Promise((resolve) => socket.write(Buffer.alloc(10 * MB, 'x'), resolve));
      socket.destroy();
      await until(async () => {
        const metrics = await (await fetch(`${url}/metrics`)).text();
        return /pons_\w*submi\w*\{[^}]*outcome="(error|invalid)"[^}]*\} 1/.test(metrics) ? true : null;
      });
      await untilLeft(server, 0);
      assert.equal(await moto.uploads(), []);
      assert.not.ok(lines.some((line) => line.includes('PONS_ERR_PAYLOADS')));
    } finally {
      await cast.end();
      await emptied();
    }
  });
});

test('while S3 is killed, large bodies get 503 soon and small ones go on; a result that waits is stored when it is back', async () => {
  await withRedis(async (server) => {
    const cast = new Cast(server, files);
    try {
      const { url, lines } = await cast.start('both', { env: env(moto.address) });
      await ready(url);
      const large = JSON.stringify({ text: 'x'.repeat(MB), answer: 1 });
      await moto.kill();
      for (let at = 0; at < 5; at += 1) {
        const begun = performance.now();
        const { status, retryAfter, json } = await ask(`${url}/api`, 'POST', large, 'large');
        const tookMs = performance.now() - begun;
        assert.ok(tookMs < ANSWER_MS, `an answer of ${status} after ${tookMs} ms`);
        assert.equal([status, retryAfter], [503, '1']);
        assert.is((json['error'] as { code: string }).code, 'PONS_ERR_PAYLOADS_UNREACHABLE');
      }
      assert.is((await ask(`${url}/readyz`)).status, 200, 'small ones are taken');
      assert.is((await ask(`${url}/api`, 'POST', JSON.stringify({ text: '', answer: 1 }), 'small')).status, 200);
      assert.is((await ended(`${url}/api/small`))['status'], 'completed');
      await ask(`${url}/api`, 'POST', JSON.stringify({ text: '', answer: MB }), 'result');
      await until(() => Promise.resolve(lines.some((line) => line.includes('could not be stored')) ? true : null));
      assert.is((await ask(`${url}/api/result`)).json['status'], 'in_progress');
      await moto.start();
      assert.is((await ended(`${url}/api/result`))['status'], 'completed');
      assert.is((await ask(`${url}/api`, 'POST', large, 'large')).status, 200);
      assert.is((await ended(`${url}/api/large`))['status'], 'completed');
    } finally {
      await cast.end();
      await emptied();
    }
  });
});

test('a payload that somebody deletes ends its workload with an error that says so', async () => {
  await withRedis(async (server) => {
    const cast = new Cast(server, files);
    try {
      const gateway = await cast.start('gateway', { env: env(moto.address) });
      await ask(`${gateway.url}/api`, 'POST', request(MB, 1).body, 'one');
      const [key = ''] = await untilLeft(server, 1);
      await moto.remove(key);
      // Another one that is there, so that the bucket is not taken for a wrong one.
      await ask(`${gateway.url}/api`, 'POST', request(MB, 1).body, 'two');
      await cast.start('predictors', { env: env(moto.address) });
      const json = await ended(`${gateway.url}/api/one`);
      assert.equal(
        [json['status'], (json['error'] as { code: string }).code],
        ['failed', 'PONS_ERR_WORKLOAD_BODY_MISSING'],
      );
      assert.is((await ended(`${gateway.url}/api/two`))['status'], 'completed');
    } finally {
      await cast.end();
      await emptied();
    }
  });
});

test('a process without a place for payloads does not start while bodies lie in one', async () => {
  await withRedis(async (server) => {
    const cast = new Cast(server, files);
    try {
      const gateway = await cast.start('gateway', { env: env(moto.address) });
      await ask(`${gateway.url}/api`, 'POST', request(MB, 1).body, 'one');
      const project = makeProject(files);
      const args = ['serve', project, '--redis', server.url, '--role', 'gateway', '--port', '0'];
      const { code, stderr } = await pons(args);
      assert.is(code, 2);
      assert.match(stderr, 'PONS_ERR_PAYLOADS_ELSEWHERE');
      const denied = await pons([...args, '--payloads', 's3://no-bucket'], env(moto.address));
      assert.is(denied.code, 2);
      assert.match(denied.stderr, 'PONS_ERR_PAYLOADS_BUCKET_MISSING');
      assert.not.match(denied.stderr + denied.stdout, SECRET);
    } finally {
      await cast.end();
      await emptied();
    }
  });
});

test.run();
