import { once } from 'node:events';
import { readdirSync, readlinkSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { deadline } from '../../support/deadline.ts';
import { completeNext, withGateway, type Running } from '../support/gateway.ts';
import { codeOf, exchange } from '../support/raw.ts';
import { leaseUpTo } from '../../workloads/samples.ts';

async function submit({ url }: Running, id: string): Promise<string> {
  const headers = { 'content-type': 'text/plain', 'x-request-id': id };
  assert.is((await fetch(`${url}/iris`, { method: 'POST', body: 'a', headers })).status, 200);
  return `${url}/iris/${id}`;
}

test('each state of a workload is shown', async () => {
  await withGateway({}, async (running) => {
    const queued = await submit(running, 'w1');
    assert.equal(await (await fetch(queued)).json(), { id: 'w1', status: 'in_queue' });
    const [lease] = await leaseUpTo(running.store, 'iris', 1);
    assert.ok(lease);
    assert.equal(await (await fetch(queued)).json(), { id: 'w1', status: 'in_progress' });
    const error = { code: 'PONS_ERR_PREDICTOR_RAISED', message: 'a "quoted"\nline', fix: 'Mend it.' };
    await running.store.fail(lease, error);
    assert.equal(await (await fetch(queued)).json(), { id: 'w1', status: 'failed', error });

    const cancelled = await submit(running, 'w2');
    await running.store.cancel('iris', 'w2');
    assert.equal(await (await fetch(cancelled)).json(), { id: 'w2', status: 'cancelled' });
  });
});

test('a result is passed on byte by byte, with its length, small or large', async () => {
  await withGateway({}, async (running) => {
    for (const sizeBytes of [10, 1024 * 1024, 1024 * 1024 + 1, 20 * 1024 * 1024]) {
      const url = await submit(running, `w${sizeBytes}`);
      const result = `{"é": "${'😀'.repeat(sizeBytes / 4)}"}`;
      await completeNext(running.store, 'iris', result);
      const answer = await fetch(url);
      const bytes = Buffer.from(await answer.arrayBuffer());
      assert.is(answer.status, 200);
      assert.is(Number(answer.headers.get('content-length')), bytes.length);
      assert.is(answer.headers.get('content-type'), 'application/json');
      const [, spliced] =
        /^\{"id":"w\d+","status":"completed","result":(.*),"timestamp":"[^"]+"\}$/su.exec(bytes.toString()) ?? [];
      assert.ok(spliced === result, `${sizeBytes}`);

      const head = await fetch(url, { method: 'HEAD' });
      assert.is(head.status, 200);
      assert.is(Number(head.headers.get('content-length')), bytes.length);
      assert.is(await head.text(), '');
    }
  });
});

test('a client that leaves while a large result is sent costs nobody else anything', async () => {
  await withGateway({}, async (running) => {
    const url = await submit(running, 'w1');
    await completeNext(running.store, 'iris', `{"a":"${'x'.repeat(20 * 1024 * 1024)}"}`);
    for (let time = 0; time < 3; time += 1) {
      const leaving = new AbortController();
      await fetch(url, { signal: leaving.signal });
      leaving.abort();
    }
    assert.is((await (await fetch(url)).arrayBuffer()).byteLength > 20 * 1024 * 1024, true);
    assert.equal(running.logged, []);
  });
});

test('clients that reset their connection leave no file open, begun or not, one request or many', async () => {
  await withGateway({}, async (running) => {
    const { port, store } = running;
    await submit(running, 'w1');
    await completeNext(store, 'iris', `{"a":"${'x'.repeat(5 * 1024 * 1024)}"}`);
    const record = await store.find('iris', 'w1');
    assert.ok(record?.result?.kind === 'file');
    const { path } = record.result;
    const request = 'GET /iris/w1 HTTP/1.1\r\nHost: localhost\r\n\r\n';
    // The file is opened after a while: so some leave before that, some after, and some when they have read the beginning.
    for (let time = 0; time < 60; time += 1) {
      const socket = connect(port, '127.0.0.1');
      await once(socket, 'connect');
      socket.write(request.repeat(1 + (time % 3)));
      for (let turn = 0; turn < time / 2; turn += 1) await new Promise((resolve) => setImmediate(resolve));
      if (time % 4 === 0) await once(socket, 'data');
      socket.resetAndDestroy();
    }
    // Node closes a file that was forgotten, too, some time after its last use, and warns of it.
    const warnings: Error[] = [];
    const warned = (warning: Error): void => void warnings.push(warning);
    process.on('warning', warned);
    try {
      await deadline(30_000, untilClosed(path), 'the closing of the file');
    } finally {
      process.off('warning', warned);
    }
    assert.equal(warnings, []);
    assert.equal(running.logged, []);
  });
});

/** Resolves when this process has a file open no more. */
async function untilClosed(path: string): Promise<void> {
  const isOpen = (fd: string): boolean => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`) === path;
    } catch {
      return false;
    }
  };
  while (readdirSync('/proc/self/fd').some(isOpen)) await new Promise((resolve) => setImmediate(resolve));
}

test('a result whose file was deleted by somebody is an error that says so', async () => {
  await withGateway({}, async (running) => {
    const url = await submit(running, 'w1');
    await completeNext(running.store, 'iris', `{"a":"${'x'.repeat(2 * 1024 * 1024)}"}`);
    const record = await running.store.find('iris', 'w1');
    assert.ok(record?.result?.kind === 'file');
    rmSync(record.result.path);
    const answer = await fetch(url);
    assert.is(answer.status, 500);
    assert.is(codeOf(await answer.text()), 'PONS_ERR_WORKLOAD_BODY_MISSING');
  });
});

test('an id that does not exist or cannot is unknown', async () => {
  await withGateway({}, async ({ port }) => {
    const paths = [
      'nobody',
      'x'.repeat(129),
      'x'.repeat(5000),
      '%00',
      'a%00b',
      '%2e%2e%2f',
      '..%2Fother',
      '%E9%A9',
      'a%20b',
      ''.padEnd(90, '%41'),
      ':id',
      '*',
    ];
    for (const path of paths) {
      const answer = await exchange(port, `GET /iris/${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
      const isBadCode = path === '%E9%A9';
      assert.is(answer.status, isBadCode ? 400 : 404, path);
      assert.match(codeOf(answer.body), /^PONS_ERR_HTTP_(WORKLOAD_UNKNOWN|ROUTE_UNKNOWN|URL_INVALID)$/);
      assert.is(answer.headers['content-type'], 'application/json');
    }
    for (const path of ['/iris/%', '/iris/%zz', '/%ff']) {
      const answer = await exchange(port, `GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
      assert.is(answer.status, 400, path);
      assert.is(codeOf(answer.body), 'PONS_ERR_HTTP_URL_INVALID');
    }
    for (const path of ['/iris/../other', '/../../etc/passwd', '/iris/a/b', '//iris']) {
      const answer = await exchange(port, `GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
      assert.is(answer.status, 404, path);
    }
  });
});

test('ids in a URL are decoded once', async () => {
  await withGateway({}, async (running) => {
    await submit(running, 'a:b');
    assert.is((await fetch(`${running.url}/iris/a%3Ab`)).status, 200);
    assert.is((await fetch(`${running.url}/iris/a%253Ab`)).status, 404);
  });
});

test.run();
