import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { deadline } from '../support/deadline.ts';
import { withGateway } from './support/gateway.ts';
import { codeOf, readAnswer } from './support/raw.ts';

async function opened(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
}

test('connections past the limit are closed at once and said in the log once, and there is room again when others go', async () => {
  await withGateway({ limits: { maxConnections: 20 } }, async ({ port, url, logged }) => {
    const kept = await Promise.all(Array.from({ length: 20 }, () => opened(port)));
    for (let extra = 0; extra < 50; extra += 1) {
      const socket = await opened(port);
      if (!socket.destroyed) await deadline(30_000, once(socket.resume(), 'close'), 'the refusal');
    }
    assert.equal(
      logged.map(({ message }) => message),
      ['20 connections are open, which is the limit: 1 more were closed at once so far'],
    );
    const gone = kept.map((socket) => once(socket.resume().end(), 'close'));
    await deadline(30_000, Promise.all(gone), 'the end of all connections');
    assert.is((await fetch(`${url}/healthz`)).status, 200);
  });
});

test('a connection that sends nothing, and one that sends a header now and then, are told that their time is over', async () => {
  await withGateway({ limits: { requestTimeoutMs: 300 } }, async ({ port, store }) => {
    for (const drip of ['', 'x: a\r\n']) {
      const socket = await opened(port);
      if (drip !== '') socket.write('POST /iris HTTP/1.1\r\nHost: localhost\r\n');
      const timer = setInterval(() => socket.write(drip), 20);
      try {
        const { status, body } = await readAnswer(socket);
        assert.equal([status, codeOf(body)], [408, 'PONS_ERR_HTTP_REQUEST_TIMEOUT']);
      } finally {
        clearInterval(timer);
      }
    }
    assert.is((await store.counts('iris')).inQueue, 0);
  });
});

test.run();
