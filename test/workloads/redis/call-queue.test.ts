import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { parseRedisUrl, type RedisAddress } from '../../../runtime/workloads/redis/address.ts';
import { openCallQueue } from '../../../runtime/workloads/redis/call-queue.ts';
import { deadline } from '../../support/deadline.ts';

const SOON_MS = 30_000;

/** Runs `act` with a server that takes connections and says nothing. */
async function withSilent(act: (address: RedisAddress, server: Server) => Promise<void>): Promise<void> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined).resume();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    await act(parseRedisUrl(`redis://127.0.0.1:${(server.address() as AddressInfo).port}`), server);
  } finally {
    for (const socket of sockets) socket.destroy();
    server.close();
  }
}

test('a queue of calls that cannot be opened, since Redis is silent, is given up soon', async () => {
  await withSilent(async (address) => {
    const opened = openCallQueue(address, 'iris', null, new AbortController().signal);
    const outcome = opened.then(
      () => 'opened',
      () => 'given up',
    );
    assert.is(await deadline(SOON_MS, outcome, 'opening the queue'), 'given up');
  });
});

test('a queue of calls that is being opened keeps nobody from stopping: its connections end at once', async () => {
  await withSilent(async (address, server) => {
    const closed = new AbortController();
    const connected = once(server, 'connection') as Promise<[Socket]>;
    const opened = openCallQueue(address, 'iris', null, closed.signal);
    const [socket] = await connected;
    const ended = once(socket, 'close');
    closed.abort();
    const outcome = opened.then(
      () => 'opened',
      () => 'given up',
    );
    assert.is(await deadline(3000, outcome, 'giving up'), 'given up');
    await deadline(3000, ended, 'the end of the connection');
  });
});

test.run();
