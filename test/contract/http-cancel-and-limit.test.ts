import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { submit, waitForEnd } from '../support/workload.ts';
import { fixtureProject, serveForAllTests } from './support/fixture-server.ts';
import { errorCode, post, send } from './support/send.ts';

const server = serveForAllTests(fixtureProject('http'));

async function waitForProgress(api: string, id: string): Promise<void> {
  const lapsedAt = Date.now() + 60_000;
  for (;;) {
    const { status } = JSON.parse((await send('GET', `${api}/${id}`)).text) as { status: string };
    if (status === 'in_progress') return;
    if (Date.now() > lapsedAt) throw new Error(`${id} is ${status}`);
  }
}

test('DELETE cancels a workload that waits and one that runs, and the next one is served', async () => {
  const api = server.api('sleeper');
  const running = await submit(api, '600', 'application/json');
  await waitForProgress(api, running);
  const waiting = await submit(api, '601', 'application/json');
  const last = await submit(api, '0', 'application/json');
  for (const id of [waiting, running]) {
    const answer = await send('DELETE', `${api}/${id}`);
    assert.equal([answer.status, JSON.parse(answer.text)], [200, { id, status: 'cancelled' }]);
    assert.equal(await waitForEnd(api, id), { id, status: 'cancelled' });
  }
  assert.is((await waitForEnd(api, last)).status, 'completed');
});

test('DELETE of a workload that has ended gets 409 and changes nothing; of an unknown one 404', async () => {
  const api = server.api('echo');
  const id = await submit(api, '1', 'application/json');
  const end = await waitForEnd(api, id);
  const answer = await send('DELETE', `${api}/${id}`);
  assert.equal([answer.status, errorCode(answer)], [409, 'PONS_ERR_HTTP_WORKLOAD_ENDED']);
  assert.equal(await waitForEnd(api, id), end);
  assert.is((await send('DELETE', `${api}/no-such-id`)).status, 404);
});

test('past max_replica_concurrency a POST gets 503 with Retry-After, until there is room again', async () => {
  const api = server.api('limited');
  const first = await submit(api, '600', 'application/json', { 'x-request-id': 'first' });
  const second = await submit(api, '601', 'application/json', { 'x-request-id': 'second' });
  const refused = await post(api, '0');
  assert.is(refused.status, 503);
  assert.match(refused.headers['retry-after'] ?? '', /^[1-9]\d*$/);
  assert.is(errorCode(refused), 'PONS_ERR_HTTP_QUEUE_FULL');
  assert.is((await post(api, '600', { 'x-request-id': first })).status, 200);
  assert.is((await post(server.api('echo'), '0')).status, 200);

  assert.is((await send('DELETE', `${api}/${second}`)).status, 200);
  const third = await post(api, '0');
  assert.is(third.status, 200);
  assert.is((await send('DELETE', `${api}/${first}`)).status, 200);
  const { id } = JSON.parse(third.text) as { id: string };
  assert.is((await waitForEnd(api, id)).status, 'completed');
});

test('an API that names no limit takes more than 1024 workloads at once', async () => {
  const api = server.api('sleeper');
  const blocker = await submit(api, '600', 'application/json');
  const answers: number[] = [];
  for (let round = 0; round < 30; round += 1) {
    const sent = Array.from({ length: 40 }, () => post(api, '0'));
    for (const { status } of await Promise.all(sent)) answers.push(status);
  }
  assert.is(answers.length, 1200);
  assert.equal(
    answers.filter((status) => status !== 200),
    [],
  );
  await send('DELETE', `${api}/${blocker}`);
});

test.run();
