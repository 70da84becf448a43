import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { parseRedisUrl } from '../../../runtime/workloads/redis/address.ts';
import { RedisLink } from '../../../runtime/workloads/redis/link.ts';
import { codeOf } from '../samples.ts';

/** It is tried once: the first try takes longer where nothing comes back. */
const TRY_MS = 100;
const NO_ROOM = '-ERR max number of clients reached\r\n';

/** Connects to a server that does this with each connection. */
async function linkTo(serve: (socket: Socket) => void): Promise<void> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    serve(socket);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    const { port } = server.address() as AddressInfo;
    const link = await RedisLink.open(parseRedisUrl(`redis://127.0.0.1:${port}`), TRY_MS, new AbortController().signal);
    await link.close();
  } finally {
    server.close();
  }
}

for (const [when, serve] of Object.entries<(socket: Socket) => void>({
  'before it is asked': (socket) => {
    socket.end(NO_ROOM);
  },
  'when it is asked': (socket) => {
    socket.once('data', () => socket.end(NO_ROOM));
  },
})) {
  test(`a Redis that has no room for a connection, and says so ${when}, is not connected to`, async () => {
    assert.is(await codeOf(linkTo(serve)), 'PONS_ERR_REDIS_REFUSED');
  });
}

test('a server that ends a connection without a word is not connected to', async () => {
  assert.is(await codeOf(linkTo((socket) => socket.end())), 'PONS_ERR_REDIS_NOT_REACHED');
});

test('a server that is silent is not connected to', async () => {
  assert.is(await codeOf(linkTo(() => undefined)), 'PONS_ERR_REDIS_NOT_REACHED');
});

test('a Redis that loads its data is not connected to: what it tells of itself meanwhile is not so', async () => {
  const loading = linkTo((socket) => {
    socket.once('data', () => socket.write('-LOADING Redis is loading the dataset in memory\r\n'));
  });
  assert.is(await codeOf(loading), 'PONS_ERR_REDIS_LOADING');
});

test('a Redis that answers a greeting with anything else is connected to, since it does answer', async () => {
  await linkTo((socket) => {
    socket.once('data', () => socket.write('-NOPERM this user has no permissions\r\n'));
  });
});

test.run();
