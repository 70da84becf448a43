import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ask } from './support/ask.ts';
import { fixtureProject, serveForAllTests } from './support/fixture-server.ts';
import { recordsWhere } from './support/records.ts';

interface Asked {
  readonly id: string;
  readonly status: string;
  readonly result: { readonly words: number; readonly type: string; readonly request_id: string };
  readonly timestamp: string;
}

const server = serveForAllTests(fixtureProject('chaining'));

/** Without mount namespaces sub-processes do not know the names, which is said at start. */
function reachesSubProcesses(): boolean {
  return recordsWhere(server, ({ message }) => /not to sub-processes/.test(String(message))).length === 0;
}

const CLIENTS: readonly (readonly [name: string, method: string])[] = [
  ['urllib', 'urllib'],
  ['requests', 'requests'],
  ['httpx', 'httpx'],
  ['async httpx', 'async_httpx'],
  ['aiohttp', 'aiohttp'],
  ['a socket that connects by name', 'socket'],
  ['a curl sub-process', 'curl'],
];
const PATHS = ['/predict', '/', ''];

for (const [name, client] of CLIENTS) {
  for (const path of PATHS) {
    test(`${name} submits to and fetches from another API at http://api-words:8888${path}`, async () => {
      if (client === 'curl' && !reachesSubProcesses()) return;
      const answer = await ask<Asked>(server.api('caller'), { client, path });
      assert.is(answer.status, 'completed');
      assert.equal(answer.result, { words: 3, type: 'str', request_id: answer.id });
      assert.match(answer.timestamp, /^\d{4}-/);
      const outside = (await (await fetch(`${server.api('words')}/${answer.id}`)).json()) as Asked;
      assert.equal(outside, answer);
    });
  }
}

test('several predictors in threads of one process call at the same time', async () => {
  const clients = CLIENTS.map(([, client]) => client).filter((client) => client !== 'curl' || reachesSubProcesses());
  const calls = clients.map((client) => ask<Asked>(server.api('threaded-caller'), { client, path: '/predict' }));
  for (const answer of await Promise.all(calls)) assert.is(answer.result.words, 3);
});

test('the name resolves to a loopback address that is nobody else’s; other names stay unknown, and unknown ids get 404', async () => {
  const { names, unknown, missing } = await ask(server.api('caller'), { client: 'resolving', path: '/predict' });
  const [address, ...others] = names as [string, ...string[]];
  assert.match(address, /^127\.(?!0\.0\.1$)/);
  for (const other of others) assert.is(other, address);
  assert.is(unknown, 'ConnectionError');
  assert.equal(missing, [404, 'PONS_ERR_HTTP_WORKLOAD_UNKNOWN']);
});

test.run();
