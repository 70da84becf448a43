import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { withGateway } from '../support/gateway.ts';

interface Shown {
  readonly queue: { readonly oldest_waiting_seconds: number };
}

test('the endpoint shows state, replicas, processes and queue', async () => {
  await withGateway({}, async ({ url, store, apis }) => {
    const processes = [{ replica: '0', pid: 7, state: 'ready' }];
    const [api] = apis;
    assert.ok(api);
    api.now = { ...api.now, processes };
    for (const body of ['a', 'b']) {
      await fetch(`${url}/iris`, { method: 'POST', body, headers: { 'content-type': 'text/plain' } });
    }
    await store.lease('iris', 1);
    const shown = (await (await fetch(`${url}/iris`)).json()) as Shown;
    const { oldest_waiting_seconds } = shown.queue;
    assert.ok(oldest_waiting_seconds >= 0 && oldest_waiting_seconds < 60);
    assert.equal(shown, {
      name: 'iris',
      kind: 'AsyncAPI',
      endpoint: '/iris',
      state: 'live',
      reason: null,
      replicas: { requested: 1, ready: 1 },
      processes,
      queue: { in_queue: 1, in_progress: 1, oldest_waiting_seconds },
    });
  });
});

test('the root lists the APIs', async () => {
  await withGateway({ offers: [{ name: 'a' }, { name: 'b', endpoint: '/v1/b' }] }, async ({ url }) => {
    const answer = await fetch(url);
    assert.is(answer.headers.get('content-type'), 'application/json');
    assert.equal(await answer.json(), {
      apis: [
        { name: 'a', kind: 'AsyncAPI', endpoint: '/a', state: 'live' },
        { name: 'b', kind: 'AsyncAPI', endpoint: '/v1/b', state: 'live' },
      ],
    });
  });
});

test.run();
