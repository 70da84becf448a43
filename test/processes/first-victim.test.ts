import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { victimScore } from '../../runtime/processes/first-victim.ts';

for (const [title, own] of [
  ['that Kubernetes ends last', -997],
  ['of an engine', 0],
  ['that Kubernetes ends early', 700],
] as const) {
  test(`a predictor in a container ${title} is a little before Pons, and no further`, () => {
    const ahead = victimScore(own) - own;
    assert.ok(ahead > 0 && ahead <= 300, String(ahead));
  });
}

test('no score is above what the kernel takes', () => {
  for (const own of [900, 1000]) assert.is(victimScore(own), 1000);
});

test.run();
