import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createMetrics, type Metrics } from '../../runtime/metrics/metrics.ts';
import type { UserMetric } from '../../runtime/metrics/user-metrics.ts';

function record(
  metrics: Metrics,
  kind: UserMetric['kind'],
  name: string,
  value: number,
  tags: UserMetric['tags'] = null,
) {
  return metrics.record('iris', { kind, name, value, tags });
}

async function linesOf(metrics: Metrics, name: string): Promise<string[]> {
  return (await metrics.render()).split('\n').filter((line) => line.startsWith(name));
}

test('counters add up, gauges keep the last value, histograms count into buckets', async () => {
  const metrics = createMetrics();
  for (const value of [1, 2.5]) {
    assert.is(record(metrics, 'increment', 'seen', value), null);
    assert.is(record(metrics, 'gauge', 'level', -value), null);
    assert.is(record(metrics, 'histogram', 'size', value * 1000), null);
  }
  assert.equal(await linesOf(metrics, 'seen'), ['seen{api="iris"} 3.5']);
  assert.equal(await linesOf(metrics, 'level'), ['level{api="iris"} -2.5']);
  const size = await linesOf(metrics, 'size');
  assert.ok(size.includes('size_bucket{api="iris",le="500"} 0'));
  assert.ok(size.includes('size_bucket{api="iris",le="1000"} 1'));
  assert.ok(size.includes('size_bucket{api="iris",le="+Inf"} 2'));
  assert.equal(size.slice(-2), ['size_sum{api="iris"} 3500', 'size_count{api="iris"} 2']);
  assert.match(await metrics.render(), '# TYPE size histogram\n');
});

test('calls of one metric may carry different tags', async () => {
  const metrics = createMetrics();
  for (const tags of [null, { b: '1', a: '2' }, { a: '2', b: '1' }, { api: 'mine' }])
    record(metrics, 'increment', 'seen', 1, tags);
  assert.equal(await linesOf(metrics, 'seen'), [
    'seen{api="iris"} 1',
    'seen{a="2",api="iris",b="1"} 2',
    'seen{api="iris",exported_api="mine"} 1',
  ]);
  assert.is((await metrics.render()).match(/# TYPE seen/g)?.length, 1);
});

test('names and tags become what Prometheus allows', async () => {
  const metrics = createMetrics();
  for (const [name, shown] of [
    ['my.metric-1', 'my_metric_1'],
    ['1st', '_1st'],
    ['zähler', 'z_hler'],
    ['a b', 'a_b'],
    ['x{y="1"}', 'x_y__1__'],
  ] as const) {
    assert.is(record(metrics, 'gauge', name, 1), null);
    assert.equal(await linesOf(metrics, shown), [`${shown}{api="iris"} 1`], name);
  }
  record(metrics, 'gauge', 'tagged', 1, { 'a.b': 'x"y\\z\nw', __name__: 'n', '2': 'two', '': 'none' });
  assert.equal(await linesOf(metrics, 'tagged'), [
    String.raw`tagged{_="none",_2="two",_name__="n",a_b="x\"y\\z\nw",api="iris"} 1`,
  ]);
  record(metrics, 'histogram', 'timed', 1, { le: 'x' });
  assert.match(await metrics.render(), 'timed_count{api="iris",exported_le="x"} 1');
});

test('no tag takes the place of the API that a value comes from', async () => {
  const metrics = createMetrics();
  const many = Object.fromEntries(Array.from({ length: 100 }, (_one, at) => [`tag${at}`, '']));
  for (const kind of ['increment', 'gauge', 'histogram'] as const) {
    record(metrics, kind, `of_${kind}`, 1, { api: 'mine', ...many });
    const lines = await linesOf(metrics, `of_${kind}`);
    for (const line of lines) assert.match(line, /\{api="iris",exported_api="mine",/);
  }
});

test('what cannot be taken is said once and never thrown', async () => {
  const metrics = createMetrics();
  record(metrics, 'histogram', 'taken', 1);
  const bad: [UserMetric['kind'], string, number, RegExp][] = [
    ['gauge', '', 1, /name/],
    ['gauge', 'pons_queue_length', 1, /pons_/],
    ['gauge', 'nan', NaN, /finite/],
    ['gauge', 'inf', -Infinity, /finite/],
    ['increment', 'down', -1, /from 0 on/],
    ['gauge', 'taken', 1, /another kind \(histogram\)/],
    ['increment', 'taken_count', 1, /another kind/],
  ];
  for (const [kind, name, value, sentence] of bad) {
    assert.match(record(metrics, kind, name, value) ?? '', sentence, name);
    assert.is(record(metrics, kind, name, value), null, name);
  }
  const text = await metrics.render();
  assert.match(text, 'pons_user_metrics_refused_total{api="iris",reason="kind"} 4\n');
  assert.not.match(text, /^(nan|inf|down)/m);
});

test('a predictor cannot fill the memory with tags or names', async () => {
  const metrics = createMetrics();
  const said: (string | null)[] = [];
  for (let index = 0; index < 5_000; index += 1) {
    said.push(
      record(metrics, 'increment', 'seen', 1, { id: `${index}` }),
      record(metrics, 'increment', `seen_${index}`, 1),
    );
  }
  assert.is((await linesOf(metrics, 'seen')).length, 2_000);
  assert.is(said.filter((sentence) => sentence !== null).length, 1);
  assert.is(record(metrics, 'increment', 'seen', 1, { id: '0' }), null);
  assert.equal(await linesOf(metrics, 'seen{api="iris",id="0"}'), ['seen{api="iris",id="0"} 2']);
  assert.is(metrics.record('other', { kind: 'gauge', name: 'free', value: 1, tags: null }), null);
  assert.equal(await linesOf(metrics, 'free'), ['free{api="other"} 1']);
});

test.run();
