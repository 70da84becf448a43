import { readFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createMetrics } from '../../runtime/metrics/metrics.ts';

const page = readFileSync(new URL('../../docs/operations.md', import.meta.url), 'utf8');
const rules = [...page.matchAll(/^ *- alert: (\w+).*\n *expr: (.*)$/gm)].map(([, name = '', expr = '']) => ({
  name,
  expr,
}));

/** Every series that there can be, by its name, with its labels. */
async function exported(): Promise<ReadonlyMap<string, string>> {
  const metrics = createMetrics();
  for (const outcome of ['stored', 'refused', 'error'] as const) metrics.submitted('a', outcome);
  for (const status of ['completed', 'failed', 'cancelled'] as const) metrics.ended('a', status);
  metrics.attempted('a');
  metrics.waited('a', 1);
  metrics.ran('a', 1);
  metrics.processRestarted('a', 'killed');
  metrics.watchStore(() => Promise.resolve(null));
  metrics.watch({
    name: 'a',
    state: () => 'live',
    replicas: () => ({ requested: 1, ready: 1 }),
    unstored: () => 0,
    counts: () => Promise.resolve({ inQueue: 1, inProgress: 0, oldestSubmittedAt: 0 }),
  });
  const series = new Map<string, string>();
  for (const [, name = '', labels = ''] of (await metrics.render()).matchAll(/^(pons_\w+)(\{.*\})? /gm)) {
    series.set(name, (series.get(name) ?? '') + labels);
  }
  return series;
}

test('every alert of the page asks for a metric, labels and values that there are', async () => {
  const series = await exported();
  assert.ok(rules.length >= 8);
  for (const { name, expr } of rules) {
    const asked = [...expr.matchAll(/\b(pons_\w+)(?:\{(\w+)=~?"([^"]*)"\})?/g)];
    assert.ok(asked.length > 0, name);
    for (const [, metric = '', label, values] of asked) {
      const known = series.get(metric);
      assert.ok(known !== undefined, `${name} asks for ${metric}`);
      for (const value of values?.split('|') ?? []) assert.match(known, `${label ?? ''}="${value}"`);
      for (const by of /by \(([\w, ]+)\)/.exec(expr)?.[1]?.split(', ') ?? []) assert.match(known, `${by}="`);
    }
  }
});

test('the brackets of every alert close, and it compares with something', () => {
  for (const { name, expr } of rules) {
    const count = (character: string): number => expr.split(character).length;
    for (const [open, close] of [
      ['(', ')'],
      ['{', '}'],
      ['[', ']'],
    ] as const) {
      assert.is(count(open), count(close), name);
    }
    assert.match(expr, / (==|>) /, name);
  }
});

test.run();
