import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { until } from '../support/redis/until.ts';
import { submit, waitForEnd } from '../support/workload.ts';
import { fixtureProject, serveForAllTests } from './support/fixture-server.ts';
import { errorCode, post, send } from './support/send.ts';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const WITH_OFFSET = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?[+-]\d\d:\d\d$/;
const server = serveForAllTests(fixtureProject('http'));

test('POST answers 200 with an id alone, a UUID unless the request names one, as application/json', async () => {
  const answer = await post(server.api('echo'), '1');
  assert.is(answer.status, 200);
  assert.match(answer.headers['content-type'] ?? '', /^application\/json/);
  const body = JSON.parse(answer.text) as { id: string };
  assert.equal(Object.keys(body), ['id']);
  assert.match(body.id, UUID);
});

test('GET answers a completed workload with id, status, result and a timestamp with its offset', async () => {
  const id = await submit(server.api('echo'), '{"a": 1}', 'application/json');
  const end = await waitForEnd(server.api('echo'), id);
  assert.equal(Object.keys(end), ['id', 'status', 'result', 'timestamp']);
  assert.is(end.status, 'completed');
  assert.match(end.timestamp ?? '', WITH_OFFSET);
  assert.ok(Math.abs(Date.now() - Date.parse(end.timestamp ?? '')) < 60_000);
  const { headers } = await send('GET', `${server.api('echo')}/${id}`);
  assert.match(headers['content-type'] ?? '', /^application\/json/);
});

test('GET answers a failed workload with id, status and an error of code, message and fix', async () => {
  const id = await submit(server.api('echo'), '"raise"', 'application/json');
  const end = await waitForEnd(server.api('echo'), id);
  assert.equal(Object.keys(end), ['id', 'status', 'error']);
  assert.is(end.status, 'failed');
  assert.equal(Object.keys(end.error ?? {}), ['code', 'message', 'fix']);
  assert.match(end.error?.message ?? '', /ValueError: it was asked to/);
});

test('a workload is in_queue, then in_progress; both with id and status alone', async () => {
  const [first, second] = [await post(server.api('sleeper'), '600'), await post(server.api('sleeper'), '0')];
  const [running, waiting] = [first, second].map(({ text }) => (JSON.parse(text) as { id: string }).id);
  const seen = new Set<string>();
  const lapsedAt = Date.now() + 60_000;
  while (!seen.has('in_progress') && Date.now() < lapsedAt) {
    const answer = JSON.parse((await send('GET', `${server.api('sleeper')}/${running}`)).text) as { status: string };
    assert.equal(Object.keys(answer), ['id', 'status']);
    seen.add(answer.status);
  }
  assert.equal(
    [...seen].filter((status) => status !== 'in_queue'),
    ['in_progress'],
  );
  assert.is((await send('DELETE', `${server.api('sleeper')}/${running}`)).status, 200);
  assert.is((await waitForEnd(server.api('sleeper'), waiting ?? '')).status, 'completed');
});

test('an unknown id gets 404, and so does an id of another API', async () => {
  const id = await submit(server.api('echo'), '1', 'application/json');
  for (const path of ['echo/no-such-id', `echo-too/${id}`, 'echo/%00', 'echo/..%2fecho', `echo/${'x'.repeat(200)}`]) {
    const answer = await send('GET', server.api(path));
    assert.is(answer.status, 404, path);
    assert.is(errorCode(answer), 'PONS_ERR_HTTP_WORKLOAD_UNKNOWN', path);
  }
});

test('x-request-id names the workload, from 1 to 128 characters of its set', async () => {
  for (const id of ['a', 'A.b_c:d-0', 'x'.repeat(128)]) {
    const answer = await post(server.api('echo'), '1', { 'x-request-id': id });
    assert.equal(JSON.parse(answer.text), { id });
    const { result } = await waitForEnd(server.api('echo'), id);
    assert.is((result as { request_id: string }).request_id, id);
  }
});

for (const id of ['', ' ', 'a b', 'a/b', '../a', 'a%20b', 'a,b', 'x'.repeat(129), '\u00e4']) {
  test(`the x-request-id ${JSON.stringify(id)} gets 400`, async () => {
    const answer = await post(server.api('echo'), '1', { 'x-request-id': id });
    assert.is(answer.status, 400);
    assert.is(errorCode(answer), 'PONS_ERR_HTTP_ID_INVALID');
  });
}

test('the same id with the same body is the same workload, and runs once', async () => {
  const headers = { 'x-request-id': 'once' };
  const answers = await Promise.all([1, 2, 3].map(() => post(server.api('echo-too'), '"a"', headers)));
  for (const { status } of answers) assert.is(status, 200);
  const end = await waitForEnd(server.api('echo-too'), 'once');
  const again = await post(server.api('echo-too'), '"a"', headers);
  assert.equal([again.status, JSON.parse(again.text)], [200, { id: 'once' }]);
  assert.equal(await waitForEnd(server.api('echo-too'), 'once'), end);
});

test('the same id with another body gets 409 and changes nothing; in another API it is another workload', async () => {
  const headers = { 'x-request-id': 'shared' };
  await post(server.api('echo'), '"a"', headers);
  const conflict = await post(server.api('echo'), '"b"', headers);
  assert.is(conflict.status, 409);
  assert.is(errorCode(conflict), 'PONS_ERR_HTTP_ID_CONFLICT');
  assert.is((await post(server.api('echo-too'), '"b"', headers)).status, 200);
  const payloads = [server.api('echo'), server.api('echo-too')].map(async (api) => {
    return ((await waitForEnd(api, 'shared')).result as { payload: string }).payload;
  });
  assert.equal(await Promise.all(payloads), ['a', 'b']);
});

test('HEAD answers as GET does, without a body', async () => {
  const id = await submit(server.api('echo'), '1', 'application/json');
  await waitForEnd(server.api('echo'), id);
  // Of some of the APIs nobody has asked anything yet.
  await until(async () => ((await send('GET', `${server.url}/readyz`)).status === 200 ? true : null));
  for (const [path, status] of [
    [`/echo/${id}`, 200],
    ['/echo/no-such-id', 404],
    ['/echo', 200],
    ['/healthz', 200],
    ['/readyz', 200],
    ['/metrics', 200],
  ] as const) {
    const answer = await send('HEAD', `${server.url}${path}`);
    assert.equal([answer.status, answer.text], [status, ''], path);
  }
});

test('a POST without a Content-Type gets 400', async () => {
  for (const [headers, code] of [
    [{}, 'PONS_ERR_HTTP_CONTENT_TYPE_MISSING'],
    [{ 'content-type': '' }, 'PONS_ERR_HTTP_CONTENT_TYPE_MISSING'],
  ] as const) {
    const answer = await send('POST', server.api('echo'), headers, '{}');
    assert.equal([answer.status, errorCode(answer)], [400, code], JSON.stringify(headers));
  }
});

test('a body that says it is above 100 MB gets 413 before it is sent', async () => {
  const headers = { 'content-type': 'a/b', 'content-length': String(100 * 1024 * 1024 + 1), expect: '100-continue' };
  const answer = await send('POST', server.api('echo'), headers);
  assert.is(answer.status, 413);
  assert.is(errorCode(answer), 'PONS_ERR_HTTP_BODY_TOO_LARGE');
});

test('an endpoint without its leading slash gets it', async () => {
  const api = `${server.url}/v1/models/echo`;
  const id = await submit(api, '"deep"', 'application/json');
  assert.is(((await waitForEnd(api, id)).result as { payload: string }).payload, 'deep');
});

test('where an endpoint equals a route of ours, POST and the workloads are its own, and GET is ours', async () => {
  for (const [path, ours] of [
    ['metrics', /^# HELP/m],
    ['readyz', /"ready":/],
  ] as const) {
    const api = server.api(path);
    const id = await submit(api, '"mine"', 'application/json');
    assert.is(((await waitForEnd(api, id)).result as { payload: string }).payload, 'mine');
    const answer = await send('GET', api);
    assert.match(answer.text, ours);
  }
});

test('what is nowhere gets 404, and what is not possible there 405 with the methods that are', async () => {
  for (const [method, path] of [
    ['POST', 'nowhere'],
    ['GET', 'nowhere'],
    ['GET', 'echo/a/b'],
  ] as const) {
    const answer = await send(method, server.api(path), { 'content-type': 'a/b' });
    assert.equal([answer.status, errorCode(answer)], [404, 'PONS_ERR_HTTP_ROUTE_UNKNOWN'], `${method} ${path}`);
  }
  const answer = await send('PUT', server.api('echo'), { 'content-type': 'a/b' }, 'x');
  assert.is(answer.status, 405);
  assert.match(answer.headers.allow ?? '', 'POST');
});

test.run();
