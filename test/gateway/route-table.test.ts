import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { withGateway } from './support/gateway.ts';
import { exchange } from './support/raw.ts';

const HEADERS = { 'content-type': 'text/plain', 'x-request-id': 'w1' };

test('an endpoint may hold any character', async () => {
  const endpoints = [
    '/a:b',
    '/*',
    '/a*b',
    '/:name',
    '/a/b/c',
    '/(x)',
    '/a b',
    '/é',
    '/a?b',
    '/a%20b',
    '/a::b',
    '/+',
    '/a.b',
    '/__proto__',
  ];
  const offers = endpoints.map((endpoint, index) => ({ name: `api${index}`, endpoint }));
  await withGateway({ offers }, async ({ url, store }) => {
    for (const { name, endpoint } of offers) {
      const path = `${url}${endpoint.split('/').map(encodeURIComponent).join('/')}`;
      const answer = await fetch(path, { method: 'POST', body: endpoint, headers: HEADERS });
      assert.is(answer.status, 200, endpoint);
      assert.is((await store.counts(name)).inQueue, 1, endpoint);
      assert.equal(await (await fetch(`${path}/w1`)).json(), { id: 'w1', status: 'in_queue' });
      assert.is(((await (await fetch(path)).json()) as { name: string }).name, name);
    }
  });
});

test('where an endpoint equals a route of ours, POST is for the API and GET is ours', async () => {
  const names = ['healthz', 'readyz', 'metrics'];
  await withGateway({ offers: names.map((name) => ({ name })) }, async ({ url, store }) => {
    for (const name of names) {
      const ours = await (await fetch(`${url}/${name}`)).text();
      assert.is((await fetch(`${url}/${name}`, { method: 'POST', body: 'a', headers: HEADERS })).status, 200, name);
      assert.is((await store.counts(name)).inQueue, 1);
      assert.is((await fetch(`${url}/${name}/w1`)).status, 200);
      if (name !== 'metrics') assert.is(await (await fetch(`${url}/${name}`)).text(), ours);
      assert.is((await fetch(`${url}/${name}`, { method: 'PUT' })).headers.get('allow'), 'POST, GET, HEAD');
    }
  });
});

test('an endpoint at the root is served there, beside our routes', async () => {
  await withGateway({ offers: [{ name: 'iris', endpoint: '/' }, { name: 'other' }] }, async ({ url, store }) => {
    assert.is((await fetch(`${url}/`, { method: 'POST', body: 'a', headers: HEADERS })).status, 200);
    assert.is((await fetch(`${url}/other`, { method: 'POST', body: 'a', headers: HEADERS })).status, 200);
    assert.equal([(await store.counts('iris')).inQueue, (await store.counts('other')).inQueue], [1, 1]);
    assert.equal(await (await fetch(`${url}/w1`)).json(), { id: 'w1', status: 'in_queue' });
    assert.is(((await (await fetch(url)).json()) as { name: string }).name, 'iris');
    assert.equal(await (await fetch(`${url}/healthz`)).json(), { status: 'ok' });
  });
});

test('query, trailing slash and a whole URL as target lead to the same API', async () => {
  await withGateway({}, async ({ port }) => {
    for (const target of ['/iris?a=b', '/iris/', '/%69ris', `http://127.0.0.1:${port}/iris`, '/iris#x']) {
      const head = `POST ${target} HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\nContent-Length: 1\r\n\r\na`;
      assert.is((await exchange(port, head)).status, 200, target);
    }
  });
});

test.run();
