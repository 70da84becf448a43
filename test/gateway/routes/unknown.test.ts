import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { withGateway } from '../support/gateway.ts';
import { codeOf, exchange } from '../support/raw.ts';

test('a path where nothing is gets 404 with the endpoints', async () => {
  await withGateway({ offers: [{ name: 'iris' }, { name: 'other', endpoint: '/v1/other' }] }, async ({ port }) => {
    for (const [method, path] of [
      ['GET', '/nobody'],
      ['POST', '/v1'],
      ['POST', '/healthz/x'],
      ['PUT', '/nobody'],
      ['PROPFIND', '/nobody'],
    ] as const) {
      const answer = await exchange(port, `${method} ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
      assert.is(answer.status, 404, `${method} ${path}`);
      assert.is(codeOf(answer.body), 'PONS_ERR_HTTP_ROUTE_UNKNOWN');
      assert.match(answer.body, '/iris, /v1/other');
      assert.is(answer.headers['content-type'], 'application/json');
    }
  });
});

test('a process that takes no requests says so, and where they go', async () => {
  await withGateway({ takes: 'no workloads' }, async ({ port }) => {
    for (const [method, path] of [
      ['POST', '/iris'],
      ['GET', '/iris'],
      ['GET', '/iris/some-id'],
      ['DELETE', '/iris/some-id'],
      ['PUT', '/nobody'],
    ] as const) {
      const answer = await exchange(port, `${method} ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n`);
      assert.is(answer.status, 404, `${method} ${path}`);
      assert.is(codeOf(answer.body), 'PONS_ERR_HTTP_NO_REQUESTS');
      assert.match(answer.body, 'takes no requests for them');
    }
  });
});

test('a method that a path does not have gets 405 with those it has', async () => {
  const cases = [
    ['PUT', '/iris', 'POST, GET, HEAD'],
    ['PATCH', '/iris', 'POST, GET, HEAD'],
    ['DELETE', '/iris', 'POST, GET, HEAD'],
    ['OPTIONS', '/iris', 'POST, GET, HEAD'],
    ['POST', '/iris/some-id', 'GET, HEAD, DELETE'],
    ['PUT', '/iris/some-id', 'GET, HEAD, DELETE'],
    ['POST', '/healthz', 'GET, HEAD'],
    ['DELETE', '/readyz', 'GET, HEAD'],
    ['POST', '/', 'GET, HEAD'],
  ] as const;
  await withGateway({}, async ({ port }) => {
    for (const [method, path, allow] of cases) {
      const answer = await exchange(port, `${method} ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n`);
      assert.is(answer.status, 405, `${method} ${path}`);
      assert.is(answer.headers['allow'], allow);
      assert.is(codeOf(answer.body), 'PONS_ERR_HTTP_METHOD_NOT_ALLOWED');
    }
  });
});

test.run();
