import { connect, type Socket } from 'node:net';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { deadline } from '../support/deadline.ts';
import { withGateway } from './support/gateway.ts';
import { codeOf, exchange, readAnswer } from './support/raw.ts';

test('what is no HTTP is refused as JSON', async () => {
  const wrong = [
    'garbage\r\n\r\n',
    'GET\r\n\r\n',
    'GET / HTTP/9.9\r\n\r\n',
    'GET /a b HTTP/1.1\r\nHost: localhost\r\n\r\n',
    'GET / HTTP/1.1\r\nHost: localhost\r\nbad header\r\n\r\n',
    'GET / HTTP/1.1\r\nHost: localhost\r\nx: a\0b\r\n\r\n',
    'POST /iris HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n',
    'POST /iris HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab',
    'POST /iris HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    'POST /iris HTTP/1.1\r\nHost: localhost\r\nContent-Type: a/b\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n',
  ];
  await withGateway({}, async ({ port, store }) => {
    for (const text of wrong) {
      const answer = await exchange(port, text);
      assert.is(answer.status, 400, JSON.stringify(text));
      assert.is(codeOf(answer.body), 'PONS_ERR_HTTP_MALFORMED');
      assert.is(answer.headers['content-type'], 'application/json');
      assert.is(answer.headers['connection'], 'close');
    }
    assert.is((await store.counts('iris')).inQueue, 0);
  });
});

test('gigantic headers are refused', async () => {
  await withGateway({}, async ({ port }) => {
    for (const text of [
      `GET /healthz HTTP/1.1\r\nHost: localhost\r\nx: ${'a'.repeat(200_000)}\r\n\r\n`,
      `GET /${'a'.repeat(200_000)} HTTP/1.1\r\n\r\n`,
    ]) {
      const answer = await exchange(port, text);
      assert.is(answer.status, 431);
      assert.is(codeOf(answer.body), 'PONS_ERR_HTTP_HEADERS_TOO_LARGE');
    }
  });
});

test('a request that does not arrive whole in its time is told so', async () => {
  await withGateway({ limits: { requestTimeoutMs: 200 } }, async ({ port, store, logged }) => {
    for (const part of [
      'GET /healthz HT',
      'POST /iris HTTP/1.1\r\nHost: localhost\r\nContent-Type: a/b\r\nContent-Length: 9\r\n\r\nabc',
    ]) {
      const socket = connect(port, '127.0.0.1');
      socket.write(part);
      const answer = await readAnswer(socket);
      assert.is(answer.status, 408, part);
      assert.is(codeOf(answer.body), 'PONS_ERR_HTTP_REQUEST_TIMEOUT');
    }
    assert.is((await store.counts('iris')).inQueue, 0);
    assert.equal(logged, []);
  });
});

const POST = 'POST /iris HTTP/1.1\r\nHost: localhost\r\nContent-Type: a/b\r\n';

/** Sends bytes, ends this side of the connection and resolves to all that comes until the server has closed its own. */
async function halfClosed(port: number, text: string): Promise<string> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  socket.end(text);
  return await untilClosed(socket);
}

async function untilClosed(socket: Socket): Promise<string> {
  try {
    return await deadline(
      30_000,
      socket.setEncoding('latin1').reduce((all, part: string) => all + part, ''),
      'the end',
    );
  } finally {
    socket.destroy();
  }
}

test('a client that ends its side after the request gets the answer, and the connection is closed at once', async () => {
  await withGateway({}, async ({ port, store }) => {
    const body = `Content-Length: 3\r\n\r\nabc`;
    assert.match(await halfClosed(port, POST + body), /^HTTP\/1\.1 200 [^]*\r\n\r\n\{"id":"[^"]+"\}$/);
    const both = await halfClosed(port, `${POST}${body}GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n`);
    assert.is(both.match(/HTTP\/1\.1 200 /g)?.length, 2, both);
    assert.match(both, '{"status":"ok"}');
    assert.is((await store.counts('iris')).inQueue, 2);
    assert.is(await halfClosed(port, ''), '');
  });
});

test('what is no HTTP behind a good request leaves that one its answer', async () => {
  await withGateway({}, async ({ port, store }) => {
    const socket = connect(port, '127.0.0.1');
    socket.write(`${POST}Content-Length: 3\r\n\r\nabcdef`);
    const both = await untilClosed(socket);
    const [good = '', id = '', bad = ''] = both.split(/\r\n\r\n|(?=HTTP\/1\.1 400)/);
    assert.match(good, /^HTTP\/1\.1 200 /, both);
    assert.match(id, /^\{"id":"[^"]+"\}$/);
    assert.match(bad, /^HTTP\/1\.1 400 /);
    assert.match(both, 'PONS_ERR_HTTP_MALFORMED');
    assert.is((await store.counts('iris')).inQueue, 1);
  });
});

test('a header counts also behind thousands of others', async () => {
  await withGateway({}, async ({ port, store }) => {
    const head = `POST /iris HTTP/1.1\r\nHost: localhost\r\n${'a:\r\n'.repeat(2500)}`;
    const { status, body } = await exchange(
      port,
      `${head}Content-Type: a/b\r\nx-request-id: last\r\nContent-Length: 0\r\n\r\n`,
    );
    assert.equal([status, body], [200, '{"id":"last"}']);
    assert.is((await store.find('iris', 'last'))?.status, 'in_queue');
  });
});

test('a CONNECT is answered, with the methods that there are', async () => {
  await withGateway({}, async ({ port }) => {
    const { status, headers, body } = await exchange(
      port,
      'CONNECT example.com:443 HTTP/1.1\r\nHost: localhost\r\n\r\n',
    );
    assert.equal([status, headers['allow']], [405, 'POST, GET, HEAD, DELETE']);
    assert.is(codeOf(body), 'PONS_ERR_HTTP_METHOD_NOT_ALLOWED');
  });
});

test('a client that ends its side within the body is told so, and nothing is stored', async () => {
  await withGateway({}, async ({ port, store, logged }) => {
    for (const part of ['Content-Length: 9\r\n\r\nabc', 'Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n']) {
      const [head = '', body = ''] = (await halfClosed(port, POST + part)).split('\r\n\r\n');
      assert.match(head, /^HTTP\/1\.1 400 /);
      assert.is(codeOf(body), 'PONS_ERR_HTTP_BODY_CUT');
    }
    const [, body = ''] = (await halfClosed(port, 'GET /heal')).split('\r\n\r\n');
    assert.is(codeOf(body), 'PONS_ERR_HTTP_MALFORMED');
    assert.is((await store.counts('iris')).inQueue, 0);
    assert.equal(logged, []);
  });
});

test.run();
