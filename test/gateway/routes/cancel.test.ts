import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { completeNext, withGateway } from '../support/gateway.ts';
import { codeOf } from '../support/raw.ts';
import { leaseUpTo } from '../../workloads/samples.ts';

test('a queued workload can be cancelled once', async () => {
  await withGateway({}, async ({ url, store }) => {
    const headers = { 'content-type': 'text/plain', 'x-request-id': 'w1' };
    await fetch(`${url}/iris`, { method: 'POST', body: 'a', headers });
    const cancelled = await fetch(`${url}/iris/w1`, { method: 'DELETE' });
    assert.is(cancelled.status, 200);
    assert.is(await cancelled.text(), '{"id":"w1","status":"cancelled"}');
    assert.equal(await leaseUpTo(store, 'iris', 1), []);

    const again = await fetch(`${url}/iris/w1`, { method: 'DELETE' });
    assert.is(again.status, 409);
    assert.is(codeOf(await again.text()), 'PONS_ERR_HTTP_WORKLOAD_ENDED');
  });
});

test('what has ended or never was cannot be cancelled', async () => {
  await withGateway({}, async ({ url, store }) => {
    const headers = { 'content-type': 'text/plain', 'x-request-id': 'w1' };
    await fetch(`${url}/iris`, { method: 'POST', body: 'a', headers });
    await completeNext(store, 'iris', '{}');
    const ended = await fetch(`${url}/iris/w1`, { method: 'DELETE' });
    assert.is(ended.status, 409);
    assert.match(await ended.text(), 'completed');
    for (const id of ['nobody', '%00', 'x'.repeat(200)]) {
      const unknown = await fetch(`${url}/iris/${id}`, { method: 'DELETE' });
      assert.is(unknown.status, 404, id);
      assert.is(codeOf(await unknown.text()), 'PONS_ERR_HTTP_WORKLOAD_UNKNOWN');
    }
  });
});

test.run();
