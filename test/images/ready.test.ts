import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { execa } from 'execa';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { freePort } from '../support/bench/free-port.ts';
import { ROOT } from '../support/containers/images.ts';

/** How the health check ends against this URL. Nothing that takes as much as `fetch` is there for it. */
async function check(url: string): Promise<number | undefined> {
  const args = ['--import', 'data:text/javascript,delete globalThis.fetch', join(ROOT, 'images', 'ready.js')];
  return (await execa(process.execPath, args, { env: { PONS_READY_URL: url }, reject: false })).exitCode;
}

async function checkServer(answer: RequestListener): Promise<number | undefined> {
  const server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    return await check(`http://127.0.0.1:${(server.address() as AddressInfo).port}/readyz?here`);
  } finally {
    server.close();
    server.closeAllConnections();
  }
}

test('a server that is ready is healthy, asked where the image says', async () => {
  const asked: unknown[] = [];
  const code = await checkServer(({ url }, response) => {
    asked.push(url);
    response.end('{"status": "ready"}');
  });
  assert.is(code, 0);
  assert.equal(asked, ['/readyz?here']);
});

test('one that is not ready, does not listen or never answers is not', async () => {
  assert.is(await checkServer((_, response) => response.writeHead(503).end()), 1);
  assert.is(await checkServer(() => undefined), 1);
  assert.is(await check(`http://127.0.0.1:${await freePort()}/readyz`), 1);
});

test.run();
