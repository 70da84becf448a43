import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { api, problemLines, read } from '../support/project.ts';

function configOf(...lines: string[]): unknown {
  const { apis, problems } = read(api({ inPredictor: lines }));
  assert.equal(problems, []);
  return apis[0]?.predictor.config;
}

test('an alias is the value of its anchor', () => {
  assert.equal(configOf('config: {a: &x [1.5], b: *x, c: &x 2.5, d: *x}'), { a: [1.5], b: [1.5], c: 2.5, d: 2.5 });
});

test('a merge fills in what the map does not say itself, wherever it stands', () => {
  assert.equal(configOf('config: {base: &b {x: a, k: b}, one: {<<: *b, x: c}, two: {x: c, <<: *b}}'), {
    base: { x: 'a', k: 'b' },
    one: { x: 'c', k: 'b' },
    two: { x: 'c', k: 'b' },
  });
});

test('of a list of merged maps the earlier wins', () => {
  assert.equal(configOf('config: {<<: [{x: a}, {x: b, z: c}]}'), { z: 'c', x: 'a' });
});

test('a quoted << is a key like any other', () => {
  assert.equal(configOf('config: {"<<": {x: a}}'), { '<<': { x: 'a' } });
});

test('a whole section can be merged and an API can be built from another', () => {
  const text = `
- &base
  name: one
  kind: AsyncAPI
  predictor: &p {type: python, path: predictor.py}
  compute: &c {cpu: 1}
- <<: *base
  name: two
  compute:
    <<: *c
    mem: 1Gi
`;
  const { apis, problems } = read(text);
  assert.equal(problems, []);
  assert.equal(
    apis.map(({ name, endpoint, compute }) => [name, endpoint, compute.cpuMillis, compute.memBytes]),
    [
      ['one', '/one', 1000, null],
      ['two', '/two', 1000, 1024 ** 3],
    ],
  );
});

test('a wrong value is told where it is written, also behind an alias or a merge', () => {
  const text = `
- name: one
  kind: AsyncAPI
  predictor: &p
    type: python
    path: predictor.py
    threads_per_process: 0
  compute: &c {cpu: 1m}
- name: two
  kind: AsyncAPI
  predictor: *p
  compute: {<<: *c, gpu: &n -1}
  autoscaling: {min_replicas: *n}
`;
  const threads = 'predictor.threads_per_process: 0 is not valid; it must be an integer of at least 1';
  const cpu = 'compute.cpu: "1m" is not valid; it must be a quantity of at least 20m such as 500m, 1 or 1.5';
  assert.equal(problemLines(text), [
    `cortex.yaml:7:26 [one] ${threads}`,
    `cortex.yaml:7:26 [two] ${threads}`,
    `cortex.yaml:8:21 [one] ${cpu}`,
    `cortex.yaml:8:21 [two] ${cpu}`,
    'cortex.yaml:12:29 [two] compute.gpu: -1 is not valid; it must be an integer of at least 0',
    'cortex.yaml:13:31 [two] autoscaling.min_replicas: -1 is not valid; it must be an integer of at least 1',
  ]);
});

/** What stands behind `predictor:`, and where its missing `path` is told. */
const missing: readonly (readonly [written: string, place: string])[] = [
  [' {type: python}', '3:14'],
  ['\n    type: python', '4:5'],
  ['\n\n    # comment\n    type: python', '6:5'],
  [' &x\n    type: python', '4:5'],
  [' {\n    type: python\n    }', '3:14'],
];

for (const [written, place] of missing) {
  test(`in ${JSON.stringify(written)} a missing field is told at ${place}`, () => {
    const [line] = problemLines(`- name: a\n  kind: AsyncAPI\n  predictor:${written}\n`);
    assert.ok(line?.startsWith(`cortex.yaml:${place} predictor.path: is missing`), line);
  });
}

/** What stands behind `log_level:`, wrong, and where that is told. */
const places: readonly (readonly [written: string, place: string])[] = [
  [' x', '6:16'],
  ['   "x"', '6:18'],
  ["\n      'x'", '7:7'],
  [' &a x', '6:19'],
  [' !!str 1', '6:22'],
  [' |\n      x', '6:16'],
  [' # comment\n      x', '7:7'],
];

for (const [written, place] of places) {
  test(`in ${JSON.stringify(written)} a wrong value is told at ${place}`, () => {
    const [line] = problemLines(api({ inPredictor: [`log_level:${written}`] }));
    assert.ok(line?.startsWith(`cortex.yaml:${place} predictor.log_level: `), line);
  });
}

/** Files of less than a megabyte that come to far more, and what is said of them. */
const bombs: readonly (readonly [title: string, text: string, said: string])[] = [
  ['aliases of aliases', chain(60, (i) => `[*a${i}, *a${i}]`), 'the aliases (*name) multiply the file'],
  ['merges of merges', chain(9000, (i) => `{<<: *a${i}, k${i}: 1}`), 'the merges (<<) of the file copy more than'],
  ['a deep alias chain', chain(200, (i) => `[*a${i}]`), 'with its aliases the file nests more than 100 deep'],
  ['brackets', '['.repeat(100_000), 'lists and maps are nested more than 100 deep'],
  ['dashes', '- '.repeat(50_000), 'lists and maps are nested more than 100 deep'],
];

function chain(length: number, next: (before: number) => string): string {
  const links = Array.from({ length }, (_, i) => `- &a${i + 1} ${next(i)}\n`);
  return `- &a0 {k: x}\n${links.join('')}`;
}

for (const [title, text, said] of bombs) {
  test(`${title} without bound are refused`, () => {
    const lines = problemLines(text);
    assert.is(lines.length, 1);
    assert.ok(lines[0]?.includes(said), lines[0]);
  });
}

test.run();
