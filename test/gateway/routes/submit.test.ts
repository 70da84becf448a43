import { connect } from 'node:net';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { completeNext, withGateway, type Running } from '../support/gateway.ts';
import { codeOf, exchange } from '../support/raw.ts';
import { leaseUpTo } from '../../workloads/samples.ts';

const JSON_TYPE = { 'content-type': 'application/json' };

function post({ url }: Running, body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = JSON_TYPE) {
  return fetch(`${url}/iris`, { method: 'POST', body, headers });
}

async function assertRefused(answer: Response, status: number, code: string): Promise<void> {
  assert.is(codeOf(await answer.text()), code);
  assert.is(answer.status, status);
  assert.is(answer.headers.get('content-type'), 'application/json');
}

test('the body reaches the store unchanged, with its content type as it was sent', async () => {
  await withGateway({}, async (running) => {
    const bodies: [string, Uint8Array<ArrayBuffer>][] = [
      ['application/json', Buffer.from(' {"a":  [1, NaN]}\n')],
      ['Application/JSON; Charset="UTF-8"', Buffer.from('\ufeff1')],
      ['application/json', Buffer.from('[1]', 'utf16le')],
      ['text/plain', Buffer.from('')],
      ['text/plain; charset=latin-1', Buffer.from([0xe9, 0xff])],
      ['image/png', Buffer.from([0, 255, 13, 10, 26])],
      ['application/x-empty', Buffer.from('')],
      ['application/vnd.api+json', Buffer.from('{')],
      ['text/plain;', Buffer.from('a')],
      ['application/json', Buffer.from(`"${'x'.repeat(1024 * 1024)}`)],
      ['application/octet-stream', Buffer.alloc(3 * 1024 * 1024, 'abc')],
    ];
    for (const [contentType, body] of bodies) {
      const answer = await post(running, body, { 'content-type': contentType });
      assert.is(answer.status, 200, contentType);
      const [lease] = await leaseUpTo(running.store, 'iris', 1);
      assert.ok(lease);
      assert.is(lease.contentType, contentType);
      assert.is(lease.id, ((await answer.json()) as { id: string }).id);
      assert.is(Buffer.compare(await running.store.read(lease.payload), body), 0, contentType);
    }
  });
});

test('a client names its workload, and sends it again without a second one', async () => {
  await withGateway({}, async (running) => {
    for (const id of ['a', 'A-z.0_9:', 'x'.repeat(128)]) {
      const headers = { ...JSON_TYPE, 'x-request-id': id };
      for (let time = 0; time < 2; time += 1) {
        const answer = await post(running, '{"n": 1}', headers);
        assert.is(answer.status, 200);
        assert.equal(await answer.json(), { id });
      }
      await assertRefused(await post(running, '{"n": 2}', headers), 409, 'PONS_ERR_HTTP_ID_CONFLICT');
      await completeNext(running.store, 'iris', '{}');
      assert.is((await post(running, '{"n": 1}', headers)).status, 200);
    }
    assert.equal(await leaseUpTo(running.store, 'iris', 9), []);
  });
});

test('an id that no workload can have is refused', async () => {
  await withGateway({}, async (running) => {
    for (const id of ['', ' ', 'a b', 'a/b', '../a', 'x'.repeat(129), 'é', 'a,b', 'a\tb', '%41']) {
      const answer = await post(running, '1', { ...JSON_TYPE, 'x-request-id': id });
      await assertRefused(answer, 400, 'PONS_ERR_HTTP_ID_INVALID');
    }
    const twice =
      'POST /iris HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\nx-request-id: a\r\nx-request-id: a\r\n\r\n';
    assert.is(codeOf((await exchange(running.port, twice)).body), 'PONS_ERR_HTTP_ID_INVALID');
  });
});

test('a request without a content type is refused, body or not', async () => {
  await withGateway({}, async ({ port }) => {
    for (const rest of ['\r\n', 'Content-Length: 2\r\n\r\n{}', 'Content-Type:\r\nContent-Length: 2\r\n\r\n{}']) {
      const answer = await exchange(port, `POST /iris HTTP/1.1\r\nHost: localhost\r\n${rest}`);
      assert.is(answer.status, 400);
      assert.is(codeOf(answer.body), 'PONS_ERR_HTTP_CONTENT_TYPE_MISSING');
    }
  });
});

test('a content type that is none is another type, and whatever stands behind a semicolon are parameters', async () => {
  await withGateway({}, async (running) => {
    const accepted = [
      ...['x', 'json', ';;', '; charset=utf-8', 'application/', '/json', '/', 'application/json/x', 'a/b c', 'a b/c'],
      ...[
        'a/b; c="d',
        'a/b; =c',
        'text/plain, a/b',
        'text/plain; charset = latin-1',
        'text/plain; a; charset="latin-1',
      ],
    ];
    for (const contentType of accepted) {
      const body = Buffer.from([0x7b, 0xff]);
      const answer = await post(running, body, { 'content-type': contentType });
      assert.is(answer.status, 200, contentType);
      const [lease] = await leaseUpTo(running.store, 'iris', 1);
      assert.ok(lease);
      assert.is(lease.contentType, contentType);
      assert.is(Buffer.compare(await running.store.read(lease.payload), body), 0, contentType);
    }
    for (const contentType of [
      'application/json; charset',
      'application/json;;',
      ' Application/JSON ; =',
      'text/plain; charset',
    ]) {
      const answer = await post(running, Buffer.from([0x7b, 0xff]), { 'content-type': contentType });
      await assertRefused(answer, 400, 'PONS_ERR_PAYLOAD_INVALID');
    }
  });
});

test('a body that cannot be decoded is refused with the position, and nothing is stored', async () => {
  await withGateway({}, async (running) => {
    const bodies: [string, Uint8Array<ArrayBuffer>, string][] = [
      ['application/json', Buffer.from(''), 'the body is not valid JSON: Expecting value: line 1 column 1 (char 0)'],
      [
        'application/json',
        Buffer.from('{"a":]'),
        'the body is not valid JSON: Expecting value: line 1 column 6 (char 5)',
      ],
      [
        'application/json;charset=x',
        Buffer.from('["😀",\n}'),
        'the body is not valid JSON: Expecting value: line 2 column 1 (char 6)',
      ],
      ['text/plain', Buffer.from([0x61, 0x62, 0x63, 0xff]), 'the body is not valid UTF-8: byte 0xff at position 3'],
      [
        'text/plain; charset=UTF-8',
        Buffer.from([0xed, 0xa0, 0x80]),
        'the body is not valid UTF-8: byte 0xed at position 0',
      ],
    ];
    for (const [contentType, body, message] of bodies) {
      const answer = await post(running, body, { 'content-type': contentType });
      assert.is(answer.status, 400);
      assert.is(((await answer.json()) as { error: { message: string } }).error.message, message);
    }
    assert.equal(await running.store.counts('iris'), { inQueue: 0, inProgress: 0, oldestSubmittedAt: null });
  });
});

test('a client that leaves before its body is complete leaves nothing behind', async () => {
  await withGateway({}, async ({ port, store, url, logged }) => {
    const socket = connect(port, '127.0.0.1');
    socket.write('POST /iris HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\nContent-Length: 10\r\n\r\nabc');
    await fetch(`${url}/healthz`);
    socket.destroy();
    await fetch(`${url}/healthz`);
    assert.is((await store.counts('iris')).inQueue, 0);
    assert.equal(logged, []);
  });
});

test('a fault of ours is logged with its cause and shown without', async () => {
  await withGateway({}, async (running) => {
    running.store.submit = () => Promise.reject(new Error('the secret cause'));
    const answer = await post(running, '1');
    const text = await answer.text();
    assert.is(answer.status, 500);
    assert.is(codeOf(text), 'PONS_ERR_HTTP_INTERNAL');
    assert.not.match(text, 'secret');
    assert.match(String(running.logged[0]?.fields['cause']), 'the secret cause');
  });
});

test.run();
