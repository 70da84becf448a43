import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { parseQuantity, toMillis, toUnits } from '../../runtime/config/quantity.ts';

const bytes: readonly (readonly [text: string, units: number])[] = [
  ['0', 0],
  ['1048576', 1_048_576],
  ['+1', 1],
  ['-1k', -1000],
  ['1k', 1000],
  ['1K', 1000],
  ['1M', 1_000_000],
  ['1.5G', 1_500_000_000],
  ['2T', 2_000_000_000_000],
  ['1Ki', 1024],
  ['20Mi', 20_971_520],
  ['.5Gi', 536_870_912],
  ['1.Ti', 1_099_511_627_776],
  ['1e3', 1000],
  ['1.5E6', 1_500_000],
  ['15e-1', 2],
  ['1E', 1e18],
  ['100m', 1],
  ['0.1Ki', 103],
];

for (const [text, units] of bytes) {
  test(`${text} is ${units} whole units`, () => {
    assert.is(toUnits(parseQuantity(text) ?? -1n), units);
  });
}

const cpus: readonly (readonly [text: string, millis: number])[] = [
  ['500m', 500],
  ['1', 1000],
  ['1.5', 1500],
  ['0.0001', 1],
  ['250000u', 250],
  ['1n', 1],
];

for (const [text, millis] of cpus) {
  test(`${text} is ${millis} thousandths`, () => {
    assert.is(toMillis(parseQuantity(text) ?? -1n), millis);
  });
}

const wrong = [
  '',
  ' ',
  '.',
  'm',
  '1 Mi',
  '1mi',
  '1MI',
  '1GB',
  '1Gib',
  '1e',
  '1e1.5',
  '1e999999999',
  '0x10',
  '1_000',
  '1,5',
];

for (const text of [...wrong, '--1', '1.2.3', 'NaN', '9'.repeat(100), 'constructor', '1__proto__']) {
  test(`${JSON.stringify(text)} is no quantity`, () => {
    assert.is(parseQuantity(text), null);
  });
}

test.run();
