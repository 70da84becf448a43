import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Lookahead } from '../../runtime/pool/lookahead.ts';

function after(runsMs: readonly number[], slots: number): number {
  const lookahead = new Lookahead();
  for (const ms of runsMs) lookahead.ran(ms);
  return lookahead.ahead(slots);
}

const cases: [string, number[], number, number][] = [
  ['nothing is held while no run time is known', [], 4, 0],
  ['runs of 10 ms: five for each slot', [10], 2, 10],
  ['of slow runs hardly one is held', [200], 8, 2],
  ['one very slow run', [60_000], 4, 0],
  ['runs that take no time are bounded', [0.001], 1, 128],
  ['a predictor that turns slow is noticed within a few runs', [1, 1, 500, 500, 500, 500], 1, 0],
];
for (const [title, runs, slots, expected] of cases) {
  test(title, () => {
    assert.is(after(runs, slots), expected);
  });
}

for (const [title, runMs, expected] of [
  ['runs that take no time: a bounded number', 0.02, 31],
  ['runs of 1 ms: ten', 1, 10],
  ['longer runs: none', 2, 0],
] as const) {
  test(`what waits in the process itself: ${title}`, () => {
    const lookahead = new Lookahead();
    assert.is(lookahead.inProcess, 0);
    lookahead.ran(runMs);
    assert.is(lookahead.inProcess, expected);
  });
}

test.run();
