import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { makeProject, oneApi, predicting } from '../support/project.ts';
import { MAIN, TSX } from '../support/served.ts';
import { makeTempDir } from '../support/temp-dir.ts';

/** Sends a signal as soon as somebody listens, which is before most of the program is loaded. */
const early = (signal: string): string => `
process.on('newListener', function press(name) {
  if (name !== '${signal}') return;
  process.off('newListener', press);
  setImmediate(() => process.kill(process.pid, '${signal}'));
});`;

for (const [command, signal, code] of [
  ['serve', 'SIGINT', 0],
  ['serve', 'SIGTERM', 0],
  ['check', 'SIGINT', 130],
  ['check', 'SIGTERM', 143],
  ['check', 'SIGHUP', 129],
] as const) {
  test(`pons ${command} that gets ${signal} while it is being loaded ends in order, in silence and with ${code}`, async () => {
    const project = makeProject({ 'cortex.yaml': oneApi(), 'predictor.py': predicting('return {}') });
    const stateDir = join(makeTempDir(), 'state');
    const args = ['--import', TSX, '--import', `data:text/javascript,${encodeURIComponent(early(signal))}`, MAIN];
    const ran = await execa(process.execPath, [...args, command, project, '--state-dir', stateDir], {
      reject: false,
      timeout: 180_000,
    });
    assert.is(ran.signal, undefined);
    assert.is(ran.exitCode, code);
    assert.is(ran.stdout + ran.stderr, '');
    assert.not(existsSync(stateDir));
  });
}

test.run();
