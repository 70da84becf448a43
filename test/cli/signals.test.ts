import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { makeProject, oneApi, predicting } from '../support/project.ts';
import { MAIN, TSX } from '../support/served.ts';
import { makeTempDir } from '../support/temp-dir.ts';

/** Presses Ctrl-C as soon as somebody listens, which is before most of the program is loaded. */
const EARLY = `
process.on('newListener', function press(name) {
  if (name !== 'SIGINT') return;
  process.off('newListener', press);
  setImmediate(() => process.kill(process.pid, 'SIGINT'));
});`;

for (const [command, code] of [
  ['serve', 0],
  ['check', 130],
] as const) {
  test(`pons ${command} that is interrupted while it is being loaded ends in order, in silence and with ${code}`, async () => {
    const project = makeProject({ 'cortex.yaml': oneApi(), 'predictor.py': predicting('return {}') });
    const stateDir = join(makeTempDir(), 'state');
    const args = ['--import', TSX, '--import', `data:text/javascript,${encodeURIComponent(EARLY)}`, MAIN];
    const ran = await execa(process.execPath, [...args, command, project, '--state-dir', stateDir], {
      reject: false,
      timeout: 60_000,
    });
    assert.is(ran.signal, undefined);
    assert.is(ran.exitCode, code);
    assert.is(ran.stdout + ran.stderr, '');
    assert.not(existsSync(stateDir));
  });
}

test.run();
