import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ask } from './support/ask.ts';
import { fixtureProject, serveForAllTests } from './support/fixture-server.ts';
import { errorCode, send } from './support/send.ts';

const server = serveForAllTests(fixtureProject('http'), { args: ['--allow-host', 'models.example'] });

const port = (): string => new URL(server.url).port;
const PLAIN = { 'content-type': 'text/plain' };

test('names of this machine are answered, in any case, with and without a port', async () => {
  const names = ['localhost', `LOCALHOST:${port()}`, `127.0.0.1:${port()}`, `[::1]:${port()}`, 'localhost.'];
  for (const host of [...names, 'models.example', `Models.Example:${port()}`]) {
    assert.is((await send('POST', server.api('echo'), { ...PLAIN, host }, 'x')).status, 200, host);
  }
});

test('a foreign Host gets 403, whatever is asked for', async () => {
  for (const host of ['evil.example', `evil.example:${port()}`, 'localhost.evil.example', '10.0.0.1']) {
    for (const [method, path] of [
      ['POST', 'echo'],
      ['GET', 'echo'],
      ['GET', 'metrics'],
      ['GET', 'healthz'],
    ] as const) {
      const answer = await send(method, server.api(path), { ...PLAIN, host }, method === 'POST' ? 'x' : '');
      assert.equal(
        [answer.status, errorCode(answer)],
        [403, 'PONS_ERR_HTTP_HOST_FOREIGN'],
        `${method} ${path} ${host}`,
      );
    }
  }
});

test('a foreign Origin gets 403, one of this machine or an allowed one is answered', async () => {
  for (const origin of ['http://evil.example', 'null', 'https://localhost.evil.example', 'file://']) {
    const answer = await send('POST', server.api('echo'), { ...PLAIN, origin }, 'x');
    assert.equal([answer.status, errorCode(answer)], [403, 'PONS_ERR_HTTP_ORIGIN_FOREIGN'], origin);
  }
  for (const origin of ['http://localhost:3000', 'http://127.0.0.1', 'https://models.example']) {
    assert.is((await send('POST', server.api('echo'), { ...PLAIN, origin }, 'x')).status, 200, origin);
  }
});

test('/healthz says that the process runs', async () => {
  const answer = await send('GET', `${server.url}/healthz`);
  assert.equal([answer.status, JSON.parse(answer.text)], [200, { status: 'ok' }]);
});

test('/readyz tells each API, ?api= one of them, and an unknown one gets 404', async () => {
  await Promise.all(['echo', 'echo-too', 'v1/models/echo'].map((path) => ask(server.api(path))));
  const one = await send('GET', `${server.url}/readyz?api=echo`);
  assert.is(one.status, 200);
  assert.equal(JSON.parse(one.text), { ready: true, apis: [{ name: 'echo', state: 'live', reason: null }] });
  const { apis } = JSON.parse((await send('GET', `${server.url}/readyz`)).text) as { apis: { name: string }[] };
  assert.equal(
    apis.map(({ name }) => name),
    ['echo', 'echo-too', 'sleeper', 'limited', 'nested', 'shadowing', 'shadowing-health'],
  );
  const unknown = await send('GET', `${server.url}/readyz?api=nobody`);
  assert.equal([unknown.status, errorCode(unknown)], [404, 'PONS_ERR_HTTP_API_UNKNOWN']);
});

test('GET of an endpoint tells state, replicas and queue of the API', async () => {
  const answer = JSON.parse((await send('GET', server.api('echo'))).text) as Record<string, unknown>;
  assert.is(answer['name'], 'echo');
  assert.is(answer['state'], 'live');
  assert.equal(answer['replicas'], { requested: 1, ready: 1 });
  assert.equal(answer['queue'], { in_queue: 0, in_progress: 0, oldest_waiting_seconds: null });
});

test('/metrics counts submissions and outcomes by API', async () => {
  await ask(server.api('echo-too'), 'counted');
  const { text, headers } = await send('GET', `${server.url}/metrics`);
  assert.match(headers['content-type'] ?? '', 'text/plain');
  assert.match(text, /^pons_submissions_total\{api="echo-too",outcome="stored"\} [1-9]/m);
  assert.match(text, /^pons_workloads_ended_total\{api="echo-too",status="completed"\} [1-9]/m);
  assert.match(text, /^pons_queue_length\{api="echo-too"\} 0$/m);
});

test.run();
