import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ask, askProcesses } from './support/ask.ts';
import { fixtureProject, serveForAllTests } from './support/fixture-server.ts';

const server = serveForAllTests(fixtureProject('class'));

test('arguments are passed by name, whatever their order in the signature', async () => {
  const result = await ask(server.api('by-name'), { name: 'Ada' });
  assert.is(result['text'], 'hello Ada');
  assert.match(String(result['request_id']), /^[0-9a-f-]{36}$/);
  assert.equal(result['metrics_client'], ['gauge', 'histogram', 'increment']);
});

test('only the arguments that a signature declares are passed, and one instance serves every workload', async () => {
  assert.equal(await ask(server.api('bare')), { config: {}, calls: 1 });
  assert.equal(await ask(server.api('bare')), { config: {}, calls: 2 });
});

test('*args and **kwargs are allowed and get nothing', async () => {
  const result = await ask(server.api('collecting'), 'a payload');
  assert.equal(result, { size: 3, payload: 'a payload', init: [[], {}], predict: [[], {}] });
});

test('module code, __init__ and predict run in the main thread', async () => {
  const result = await ask(server.api('main-thread'), { name: 'cat' });
  assert.equal(result['threads'], ['MainThread', 'MainThread', 'MainThread']);
  assert.is(result['is_main'], true);
});

test('an sqlite3 connection, an event loop and signal handlers made in __init__ work in predict', async () => {
  const result = await ask(server.api('main-thread'), { name: 'dog' });
  assert.equal((result['rows'] as string[]).at(-1), 'dog');
  assert.is(result['same_loop'], true);
  assert.is(result['doubled'], 42);
  assert.is(result['timeout'], 'too slow');
});

test("each process's constructor gets a config of its own, which it may change", async () => {
  interface Seen {
    readonly pid: number;
    readonly seen: unknown;
    readonly now: unknown;
  }
  const results = await askProcesses<Seen>(server.api('own-config'), 2);
  assert.is(new Set(results.map(({ pid }) => pid)).size, 2);
  for (const { pid, seen, now } of results) {
    assert.equal(seen, { labels: ['cat', 'dog'], limits: { size: 10 } });
    assert.equal(now, { labels: ['cat', 'dog', `process ${pid}`], limits: { size: 0 } });
  }
});

test('the class may be imported from another module, and inherit its methods', async () => {
  assert.equal(await ask(server.api('imported'), 'deep and deep'), { word: 'deep', count: 2 });
});

test('the module and __init__ run once in a process', async () => {
  await ask(server.api('loaded-once'));
  const { pid, events } = await ask<{ pid: number; events: string[] }>(server.api('loaded-once'));
  assert.equal(events, [`module in ${pid}`, `init in ${pid}`]);
});

test('the threads of a process share one instance and run at the same time', async () => {
  const results = await Promise.all([1, 2, 3].map(() => ask<{ self: number }>(server.api('threads'))));
  assert.is(new Set(results.map(({ self }) => self)).size, 1);
});

test.run();
