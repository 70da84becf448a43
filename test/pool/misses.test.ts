import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Misses } from '../../runtime/pool/misses.ts';

test('a workload that processes die on before they begin it is blamed from the fourth time on, each for itself', () => {
  const misses = new Misses();
  assert.equal(
    Array.from({ length: 6 }, () => misses.isBlamed('a')),
    [false, false, false, true, true, true],
  );
  assert.not(misses.isBlamed('b'));
});

test('what became of a workload otherwise ends the row', () => {
  const misses = new Misses();
  for (let count = 0; count < 3; count += 1) assert.not(misses.isBlamed('a'));
  misses.forget('a');
  assert.not(misses.isBlamed('a'));
});

test.run();
