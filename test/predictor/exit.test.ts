import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { EXIT_FDS_CLOSED } from '../../bridge/node/methods.ts';
import { describeExit } from '../../runtime/predictor/exit.ts';

const usual = { signal: null, chosen: false, broken: null, memory: { kind: 'unknown' }, lastLines: [] } as const;

for (const [code, expected] of [
  [0, 'exited by itself with code 0'],
  [7, 'exited by itself with code 7'],
  [EXIT_FDS_CLOSED, 'exited with code 78: user code closed the file descriptors of the bridge'],
] as const) {
  test(`an exit with code ${code} is told as it is`, () => {
    assert.is(describeExit({ ...usual, code }), expected);
  });
}

test.run();
