import { execa } from 'execa';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { TSX } from '../support/served.ts';

const MODULE = import.meta.resolve('../../runtime/cli/last-resort.ts');

/** Runs a program that is over, but for what this does; resolves to its exit code or signal. */
async function endOf(rest: string): Promise<number | string | undefined> {
  const program = `import { endAtLast } from '${MODULE}'; process.exitCode = 7; endAtLast(); ${rest}`;
  const args = ['--import', TSX, '--input-type=module', '--eval', program];
  const { exitCode, signal } = await execa(process.execPath, args, { reject: false, timeout: 60_000 });
  return exitCode ?? signal;
}

test('a program that the machine keeps waiting at its end has its own exit code', async () => {
  const wait = 'Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5000);';
  assert.is(await endOf(`setTimeout(() => undefined, 10); ${wait}`), 7);
});

test('one that something holds for ever is ended as service managers end programs', async () => {
  assert.is(await endOf('setInterval(() => undefined, 1000);'), 'SIGTERM');
});

test.run();
