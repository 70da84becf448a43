import { setTimeout as pause } from 'node:timers/promises';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ask } from './support/ask.ts';
import { fixtureProject, serveForAllTests } from './support/fixture-server.ts';

type Call = readonly [method: string, args: readonly unknown[], keywords: Readonly<Record<string, unknown>>];

const POLL_MS = 20;
const ARRIVAL_MS = 60_000;
const server = serveForAllTests(fixtureProject('metrics'));

async function call(calls: readonly Call[], further: Readonly<Record<string, true>> = {}): Promise<(string | null)[]> {
  const { raised } = await ask<{ raised: (string | null)[] }>(server.api('measured'), { calls, ...further });
  return raised;
}

/** Waits until `/metrics` has the sample `name` with these labels, among others, and resolves to its value. */
async function sample(name: string, labels: Readonly<Record<string, string>> = {}): Promise<string> {
  const lapsedAt = Date.now() + ARRIVAL_MS;
  const wanted = Object.entries({ api: 'measured', ...labels }).map(([key, value]) => `${key}="${value}"`);
  for (;;) {
    const text = await (await fetch(`${server.url}/metrics`)).text();
    const line = text
      .split('\n')
      .find((one) => one.startsWith(`${name}{`) && wanted.every((label) => one.includes(label)));
    if (line !== undefined) return line.slice(line.lastIndexOf(' ') + 1);
    if (Date.now() > lapsedAt) throw new Error(`no sample ${name} ${wanted.join()} in:\n${text}`);
    await pause(POLL_MS);
  }
}

test('increment adds, by one unless a value is given', async () => {
  const raised = await call([
    ['increment', ['pages'], {}],
    ['increment', ['pages', 4], {}],
    ['increment', [], { metric: 'pages', value: 2.5 }],
  ]);
  assert.equal(raised, [null, null, null]);
  assert.is(await sample('pages'), '7.5');
});

test('gauge sets', async () => {
  await call([
    ['gauge', ['queue_depth', 10], {}],
    ['gauge', [], { metric: 'queue_depth', value: -3 }],
  ]);
  assert.is(await sample('queue_depth'), '-3');
});

test('histogram counts observations and adds them up', async () => {
  await call([
    ['histogram', ['seconds', 0.5], {}],
    ['histogram', ['seconds', 2], {}],
  ]);
  assert.is(await sample('seconds_count'), '2');
  assert.is(await sample('seconds_sum'), '2.5');
  assert.is(await sample('seconds_bucket', { le: '1' }), '1');
});

test('tags become labels, and each set of them is counted apart', async () => {
  await call([
    ['increment', ['animals', 1, { kind: 'cat' }], {}],
    ['increment', ['animals', 2], { tags: { kind: 'dog', mood: 'a "good" one' } }],
    ['increment', ['animals', 5], { tags: null }],
  ]);
  assert.is(await sample('animals', { kind: 'cat' }), '1');
  assert.is(await sample('animals', { kind: 'dog', mood: String.raw`a \"good\" one` }), '2');
});

test('metrics of one name are apart for each API', async () => {
  await ask(server.api('measured-too'), { calls: [['increment', ['shared', 3], {}]] });
  await call([['increment', ['shared', 1], {}]]);
  assert.is(await sample('shared'), '1');
  assert.is(await sample('shared', { api: 'measured-too' }), '3');
});

test('a metric may be sent from the constructor, and from a thread', async () => {
  assert.is(await sample('loads'), '1');
  await call([], { thread: true });
  assert.is(await sample('from_a_thread'), '1');
});

for (const name of ['cortex_async_queue', 'istio_requests', 'cortex_']) {
  test(`the name ${name} is refused with an exception that names it`, async () => {
    const raised = await call([
      ['increment', [name], {}],
      ['gauge', [name, 1], {}],
      ['histogram', [name, 1], {}],
    ]);
    for (const text of raised) assert.match(text ?? 'nothing was raised', name);
  });
}

test('a value that cannot be sent never raises, and the next one arrives', async () => {
  const raised = await call([], { odd: true });
  assert.ok(raised.length > 10);
  assert.equal(
    raised.filter((text) => text !== null),
    [],
  );
  await call([['increment', ['after_odd'], {}]]);
  assert.is(await sample('after_odd'), '1');
});

test('what predictors send stands beside the metrics of the APIs, in the text format of Prometheus', async () => {
  const response = await fetch(`${server.url}/metrics`);
  assert.match(response.headers.get('content-type') ?? '', /^text\/plain; version=0\.0\.4/);
  const text = await response.text();
  assert.match(text, /^pons_workloads_ended_total\{[^}]*api="measured"[^}]*\} \d+$/m);
  const sampleLine = /^[a-zA-Z_:][\w:]*(\{([a-zA-Z_]\w*="([^"\\\n]|\\.)*",?)*\})? (-?[\d.]+(e[+-]?\d+)?|NaN|[+-]Inf)$/;
  const wrong = text.split('\n').filter((line) => line !== '' && !line.startsWith('#') && !sampleLine.test(line));
  assert.equal(wrong, []);
});

test.run();
