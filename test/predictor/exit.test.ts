import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { EXIT_FDS_CLOSED } from '../../bridge/node/methods.ts';
import { describeExit, earlyDeathError } from '../../runtime/predictor/exit.ts';

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

test('a process that found no room before its host was there is no fault of the predictor', () => {
  const exit = { ...usual, code: 97, lastLines: ['/bin/sh: 4: Cannot fork'] };
  assert.is(earlyDeathError(exit, false).code, 'PONS_ERR_MACHINE_NO_PROCESSES');
  // What user code prints says nothing of the machine.
  assert.is(earlyDeathError(exit, true).code, 'PONS_ERR_PREDICTOR_DIED');
  assert.is(earlyDeathError({ ...exit, lastLines: ['python3: not found'] }, false).code, 'PONS_ERR_PREDICTOR_DIED');
});

test.run();
