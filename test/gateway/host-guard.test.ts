import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { withGateway } from './support/gateway.ts';
import { codeOf, exchange } from './support/raw.ts';

const GOOD_HOSTS = [
  'localhost',
  'LOCALHOST:8080',
  'localhost.',
  '127.0.0.1',
  '127.0.0.1:1',
  '127.9.9.9',
  '[::1]',
  '[::1]:80',
  'my.dev',
  'My.Dev:99',
];
const BAD_HOSTS = [
  'example.com',
  'localhost.example.com',
  '127.0.0.1.example.com',
  '127.0.0.1@example.com',
  '10.0.0.1',
  '0.0.0.0',
  '[::2]',
  '',
  'x.my.dev',
  'a b',
  '127.1.1.256',
];

test('on loopback only the names of this machine and allowed ones are answered', async () => {
  await withGateway({ allowedHosts: ['my.dev'] }, async ({ port }) => {
    for (const host of GOOD_HOSTS) {
      const answer = await exchange(port, `GET /healthz HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
      assert.is(answer.status, 200, host);
    }
    for (const host of BAD_HOSTS) {
      for (const target of ['GET /healthz', 'POST /iris', 'GET /nobody', 'PUT /iris']) {
        const answer = await exchange(port, `${target} HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 0\r\n\r\n`);
        assert.is(answer.status, 403, host);
        assert.is(codeOf(answer.body), 'PONS_ERR_HTTP_HOST_FOREIGN');
        assert.match(answer.body, '--allow-host');
      }
    }
  });
});

test('on loopback only pages of this machine and of allowed names may send requests', async () => {
  await withGateway({ allowedHosts: ['my.dev'] }, async ({ url, store }) => {
    const post = (origin: string) =>
      fetch(`${url}/iris`, { method: 'POST', body: 'a', headers: { 'content-type': 'text/plain', origin } });
    for (const origin of [
      'null',
      'https://example.com',
      'http://localhost.example.com',
      'file://',
      'http://',
      'localhost',
      'chrome-extension://localhost',
    ]) {
      const answer = await post(origin);
      assert.is(answer.status, 403, origin);
      assert.is(codeOf(await answer.text()), 'PONS_ERR_HTTP_ORIGIN_FOREIGN');
    }
    assert.is((await store.counts('iris')).inQueue, 0);
    for (const origin of ['http://localhost:3000', 'https://127.0.0.1', 'http://[::1]:5173', 'https://my.dev']) {
      assert.is((await post(origin)).status, 200, origin);
    }
  });
});

test('a request without a host is fine in HTTP/1.0 and an error in HTTP/1.1', async () => {
  await withGateway({}, async ({ port }) => {
    assert.is((await exchange(port, 'GET /healthz HTTP/1.0\r\n\r\n')).status, 200);
    const answer = await exchange(port, 'GET /healthz HTTP/1.1\r\n\r\n');
    assert.is(answer.status, 400);
    assert.is(codeOf(answer.body), 'PONS_ERR_HTTP_HOST_MISSING');
  });
});

test('a server that others can reach answers to every name', async () => {
  await withGateway({ host: '0.0.0.0' }, async ({ port }) => {
    const answer = await exchange(port, 'GET /healthz HTTP/1.1\r\nHost: example.com\r\nOrigin: null\r\n\r\n');
    assert.is(answer.status, 200);
  });
});

test.run();
