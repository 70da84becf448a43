import { once } from 'node:events';
import { connect } from 'node:net';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { completeNext, withGateway, type Running } from '../support/gateway.ts';
import { codeOf, exchange, readAnswer } from '../support/raw.ts';

const JSON_TYPE = { 'content-type': 'application/json' };

function post({ url }: Running, body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = JSON_TYPE) {
  return fetch(`${url}/iris`, { method: 'POST', body, headers });
}

async function assertRefused(answer: Response, status: number, code: string): Promise<void> {
  assert.is(codeOf(await answer.text()), code);
  assert.is(answer.status, status);
  assert.is(answer.headers.get('content-type'), 'application/json');
}

test('a body past the limit is refused while the client can still read why, announced or not', async () => {
  await withGateway({ limits: { bodyBytes: 1000 } }, async (running) => {
    assert.is((await post(running, `"${'x'.repeat(998)}"`)).status, 200);
    await assertRefused(await post(running, 'x'.repeat(1001)), 413, 'PONS_ERR_HTTP_BODY_TOO_LARGE');
    await assertRefused(await post(running, 'x'.repeat(20_000_000)), 413, 'PONS_ERR_HTTP_BODY_TOO_LARGE');
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        controller.enqueue(Buffer.alloc(100));
      },
    });
    const init = { method: 'POST', headers: JSON_TYPE, body: endless, duplex: 'half' } as const;
    const chunked = await fetch(`${running.url}/iris`, init);
    await assertRefused(chunked, 413, 'PONS_ERR_HTTP_BODY_TOO_LARGE');
    assert.is((await running.store.counts('iris')).inQueue, 1);
  });
});

test('a client that goes on sending a refused body is cut off', async () => {
  await withGateway({ limits: { bodyBytes: 10, drainMs: 50 } }, async ({ port }) => {
    const socket = connect(port, '127.0.0.1');
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.on('error', () => undefined);
    socket.write('POST /iris HTTP/1.1\r\nHost: localhost\r\nContent-Type: a/b\r\nContent-Length: 1000\r\n\r\nx');
    socket.resume();
    await closed;
  });
});

test('a client that asks first is told to go on only when its body fits', async () => {
  await withGateway({ limits: { bodyBytes: 10 } }, async ({ port }) => {
    const head = 'POST /iris HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\nExpect: 100-continue\r\n';
    const refused = await exchange(port, `${head}Content-Length: 11\r\n\r\n`);
    assert.is(refused.status, 413);
    assert.is(refused.headers['connection'], 'close');

    const socket = connect(port, '127.0.0.1');
    socket.write(`${head}Content-Length: 2\r\n\r\n`);
    const [go] = (await once(socket, 'data')) as [Buffer];
    assert.is(go.toString(), 'HTTP/1.1 100 Continue\r\n\r\n');
    socket.write('ab');
    assert.is((await readAnswer(socket)).status, 200);

    const other = await exchange(port, head.replace('100-continue', 'a-pony').concat('\r\n'));
    assert.is(other.status, 417);
    assert.is(codeOf(other.body), 'PONS_ERR_HTTP_EXPECTATION_FAILED');
  });
});

test('past the written concurrency a new workload gets 503, and a known one its 200', async () => {
  const offers = [{ name: 'iris', maxReplicaConcurrency: 2 }];
  await withGateway({ offers }, async (running) => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) => post(running, '1', { ...JSON_TYPE, 'x-request-id': `w${index}` })),
    );
    const taken = answers.flatMap((answer, index) => (answer.status === 200 ? [index] : []));
    assert.ok(taken.length > 0 && taken.length <= 2);
    for (let more = taken.length; more < 2; more += 1) assert.is((await post(running, '1')).status, 200);

    const refused = await post(running, '1');
    assert.match(refused.headers.get('retry-after') ?? '', /^[1-9]\d*$/);
    await assertRefused(refused, 503, 'PONS_ERR_HTTP_QUEUE_FULL');
    assert.is((await post(running, '1', { ...JSON_TYPE, 'x-request-id': `w${taken[0] ?? 0}` })).status, 200);

    await completeNext(running.store, 'iris', '{}');
    assert.is((await post(running, '1')).status, 200);
    assert.is((await post(running, '1')).status, 503);
    const [api] = running.apis;
    assert.ok(api);
    api.now = { ...api.now, state: 'error', replicas: { requested: 2, ready: 0 } };
    assert.is((await post(running, '1')).status, 200);
  });
});

test('refused submissions do not use up the concurrency', async () => {
  await withGateway({ offers: [{ name: 'iris', maxReplicaConcurrency: 1 }] }, async (running) => {
    for (let time = 0; time < 3; time += 1) assert.is((await post(running, '{')).status, 400);
    assert.is((await post(running, '1')).status, 200);
  });
});

test.run();
