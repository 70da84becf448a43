import { once } from 'node:events';
import { connect } from 'node:net';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { deadline } from '../support/deadline.ts';
import { withGateway } from './support/gateway.ts';
import { readAnswer } from './support/raw.ts';

const HEAD = 'POST /iris HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\n';

test('an open request is answered before the server is closed, and no new one is taken', async () => {
  await withGateway({}, async (running) => {
    const { port, url, store } = running;
    const socket = connect(port, '127.0.0.1');
    socket.write(`${HEAD}a`);
    await fetch(`${url}/healthz`);
    const closing = running.close();
    socket.write('b');
    const { status, headers } = await readAnswer(socket);
    assert.equal([status, headers['connection']], [200, 'close']);
    await deadline(20_000, closing, 'closing');
    assert.is((await store.counts('iris')).inQueue, 1);
    const late = connect(port, '127.0.0.1');
    const [error] = (await once(late, 'error')) as [NodeJS.ErrnoException];
    assert.is(error.code, 'ECONNREFUSED');
  });
});

test('a client that keeps its connection after the answer does not hold up the close', async () => {
  await withGateway({}, async (running) => {
    const { port, url } = running;
    const socket = connect(port, '127.0.0.1');
    socket.write(`${HEAD}a`);
    await fetch(`${url}/healthz`);
    const ended = once(socket, 'end');
    const closing = running.close();
    socket.write('b');
    await once(socket, 'data');
    await deadline(20_000, Promise.all([closing, ended]), 'closing');
    socket.destroy();
  });
});

test('connections without a request, and requests that never end, do not hold up the close', async () => {
  await withGateway({ limits: { closeMs: 200 } }, async (running) => {
    const { port, url } = running;
    const sockets = ['', `${HEAD}a`].map((text) => {
      const socket = connect(port, '127.0.0.1');
      socket.on('error', () => undefined);
      if (text !== '') socket.write(text);
      return socket;
    });
    await fetch(`${url}/healthz`);
    await deadline(20_000, running.close(), 'closing');
    for (const socket of sockets) socket.destroy();
  });
});

for (const when of ['before', 'while']) {
  test(`a close that must be at once, said ${when} it goes on, waits for no request`, async () => {
    await withGateway({}, async (running) => {
      const socket = connect(running.port, '127.0.0.1');
      socket.on('error', () => undefined);
      socket.write(`${HEAD}a`);
      await fetch(`${running.url}/healthz`);
      const atOnce = new AbortController();
      if (when === 'before') atOnce.abort();
      const closing = running.close(atOnce.signal);
      if (when === 'while')
        setImmediate(() => {
          atOnce.abort();
        });
      await deadline(20_000, closing, 'closing');
      socket.destroy();
    });
  });
}

test.run();
