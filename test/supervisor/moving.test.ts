import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { contentsOf, exported, imported, type Place } from '../support/moving/mover.ts';
import { waitForDeaths } from '../support/processes.ts';
import { makeProject, oneApi, predicting } from '../support/project.ts';
import { until } from '../support/redis/until.ts';
import { withRedis } from '../support/redis/with-redis.ts';
import { servePons, type Served } from '../support/served.ts';
import { makeTempDir } from '../support/temp-dir.ts';
import { patterned } from '../workloads/samples.ts';

const LARGE = patterned(3_000_000);
const READY_MS = 60_000;

/** Writes down which workloads it runs; one of them runs until it is let go. */
const predictor = (notes: string): string =>
  [
    'import os, time',
    `with open("${notes}/ran", "a") as ran:`,
    '    ran.write(request_id + "\\n")',
    'if request_id == "raises":',
    '    raise ValueError("no ä")',
    'if request_id == "dies":',
    '    os._exit(9)',
    'if request_id == "large-result":',
    '    return {"text": "x" * 2000000, "n": 1.50}',
    `while request_id == "holds" and not os.path.exists("${notes}/go"):`,
    '    time.sleep(0.02)',
    'return {"got": len(payload), "sum": sum(payload) % 65536} if isinstance(payload, bytes) else {"got": payload}',
  ].join('\n');

async function post(served: Served, id: string, body: Buffer | string, contentType = 'application/json') {
  const headers = { 'content-type': contentType, 'x-request-id': id };
  const response = await fetch(`${served.url}/api`, { method: 'POST', headers, body });
  return response.status;
}

const get = async (served: Served, id: string): Promise<string> => (await fetch(`${served.url}/api/${id}`)).text();
const statusOf = (text: string): unknown => (JSON.parse(text) as { status: unknown }).status;

function ended(served: Served, id: string): Promise<string> {
  return until(async () => {
    const text = await get(served, id);
    return ['in_queue', 'in_progress'].includes(String(statusOf(text))) ? null : text;
  }, READY_MS);
}

const ENDED = ['completes', 'raises', 'dies', 'large-result', 'cancelled'];
const WAITING = ['holds', 'second', 'large', 'third', 'last'];

test('workloads go from a state folder to Redis and back: each is answered as before, and those that wait are run in their order', async () => {
  await withRedis(async (server) => {
    const notes = mkdtempSync('/var/tmp/pons-test-');
    process.once('exit', () => {
      rmSync(notes, { recursive: true, force: true });
    });
    const project = makeProject({ 'cortex.yaml': oneApi(), 'predictor.py': predicting(predictor(notes)) });
    const [first, last]: [Place, Place] = [{ stateDir: makeTempDir() }, { stateDir: makeTempDir() }];
    const middle = { redis: server.url };

    const before = new Map<string, string>();
    const served = await servePons(project, first);
    try {
      for (const id of ENDED.slice(0, -1)) assert.is(await post(served, id, '[1]'), 200);
      for (const id of ENDED.slice(0, -1)) before.set(id, await ended(served, id));
      await post(served, 'holds', '"held"');
      await until(async () => (statusOf(await get(served, 'holds')) === 'in_progress' ? true : null));
      await post(served, 'second', '{"a": 1.0}');
      await post(served, 'cancelled', '1');
      assert.is((await fetch(`${served.url}/api/cancelled`, { method: 'DELETE' })).status, 200);
      before.set('cancelled', await get(served, 'cancelled'));
      await post(served, 'large', LARGE, 'application/octet-stream');
      await post(served, 'third', '3');
      await post(served, 'last', 'text', 'text/plain; charset=latin-1');
    } finally {
      process.kill(served.pid, 'SIGKILL');
      await waitForDeaths([served.pid], 10_000);
      await served.stop();
    }
    assert.equal([...before.values()].map(statusOf), ['completed', 'failed', 'failed', 'completed', 'cancelled']);

    const file = await exported(project, first);
    assert.match(await imported(project, middle, file), /^Imported 10 workloads/);
    const gateway = await servePons(project, { args: ['--redis', server.url, '--role', 'gateway'] });
    try {
      for (const [id, text] of before) assert.is(await get(gateway, id), text, id);
      for (const id of WAITING) assert.is(statusOf(await get(gateway, id)), 'in_queue', id);
      assert.is(await post(gateway, 'large', LARGE, 'application/octet-stream'), 200, 'it is known');
      assert.is(await post(gateway, 'completes', '[1]'), 200);
      assert.is(await post(gateway, 'completes', '[2]'), 409);
      assert.is(await post(gateway, 'second', '{"a":1.0}'), 409);
    } finally {
      await gateway.stop();
    }

    const back = await exported(project, middle);
    assert.equal(contentsOf(back).sort(), contentsOf(file).sort());
    assert.match(await imported(project, last, back), /^Imported 10 workloads/);
    assert.match(await imported(project, last, back), /^Imported 0 workloads.* 10 were there already/);
    rmSync(join(notes, 'ran'));
    writeFileSync(join(notes, 'go'), '');
    const again = await servePons(project, last);
    try {
      for (const [id, text] of before) assert.is(await get(again, id), text, id);
      const results = await Promise.all(WAITING.map((id) => ended(again, id)));
      const sum = LARGE.reduce((total, byte) => total + byte, 0) % 65536;
      assert.equal(
        results.map((text) => (JSON.parse(text) as { result: unknown }).result),
        [{ got: 'held' }, { got: { a: 1 } }, { got: LARGE.byteLength, sum }, { got: 3 }, { got: 'text' }],
      );
      assert.equal(readFileSync(join(notes, 'ran'), 'utf8').trim().split('\n'), WAITING);
      assert.ok(!again.lines.some((line) => line.includes('cut off')));
    } finally {
      assert.is(await again.stop(), 0);
    }
  });
});

test('workloads go from Redis to Redis, those with them that a host held when it was killed', async () => {
  await withRedis(async (from) => {
    await withRedis(async (to) => {
      const body = 'import time\ntime.sleep(600 if payload == "held" else 0)\nreturn {}';
      const project = makeProject({ 'cortex.yaml': oneApi(), 'predictor.py': predicting(body) });
      const served = await servePons(project, { args: ['--redis', from.url] });
      try {
        await post(served, 'done', '1');
        await ended(served, 'done');
        await post(served, 'held', '"held"');
        await post(served, 'waits', '2');
        await until(async () => (statusOf(await get(served, 'held')) === 'in_progress' ? true : null), READY_MS);
      } finally {
        process.kill(served.pid, 'SIGKILL');
        await served.stop();
      }
      const file = await exported(project, { redis: from.url });
      assert.is(
        from.command('ZCARD', 'pons:{api}:leases'),
        '2',
        'it was only looked at, and what was leased ahead too',
      );
      await imported(project, { redis: to.url }, file);
      assert.equal(to.command('ZRANGE', 'pons:{api}:queue', '0', '-1').split('\n'), ['held', 'waits']);
      assert.equal(to.command('HMGET', 'pons:{api}:w:held', 'attempt', 'deaths').split('\n'), ['0', '1']);
      const ttl = Number(to.command('PTTL', 'pons:{api}:w:done'));
      assert.ok(ttl > 0 && ttl <= Number(from.command('PTTL', 'pons:{api}:w:done')) + 1000, 'it is kept no longer');
      const back = await exported(project, { redis: to.url });
      assert.equal(contentsOf(back).sort(), contentsOf(file).sort());
    });
  });
});

test.run();
