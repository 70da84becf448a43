import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { nanosToMs, parseDuration } from '../../runtime/config/duration.ts';

const right: readonly (readonly [text: string, ms: number])[] = [
  ['0', 0],
  ['-0', 0],
  ['0s', 0],
  ['90s', 90_000],
  ['1m30s', 90_000],
  ['5m', 300_000],
  ['1.5h', 5_400_000],
  ['.5s', 500],
  ['1.s', 1000],
  ['+10s', 10_000],
  ['-1m', -60_000],
  ['2h45m30.5s', 9_930_500],
  ['1ms', 1],
  ['1500us', 1.5],
  ['1500\u00b5s', 1.5],
  ['1500\u03bcs', 1.5],
  ['1000000ns', 1],
  ['1s1s', 2000],
];

for (const [text, ms] of right) {
  test(`${text} is ${ms} milliseconds`, () => {
    const nanos = parseDuration(text);
    assert.is(nanos === null ? null : nanosToMs(nanos), ms);
  });
}

const wrong = [
  '',
  '1',
  '-',
  '+',
  's',
  '.s',
  '1d',
  '1 s',
  '1s ',
  ' 1s',
  '1m 30s',
  '1:30',
  '1S',
  '1e3s',
  '1.2.3s',
  '--1s',
  '1sec',
];

for (const text of [...wrong, '9999999h', '1constructor', '9'.repeat(1000)]) {
  test(`${JSON.stringify(text)} is no duration`, () => {
    assert.is(parseDuration(text), null);
  });
}

test.run();
