import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { startProgram, type Program, type ProgramOptions } from '../../runtime/processes/program.ts';
import { Reaper } from '../../runtime/processes/reaper.ts';
import { deadline } from '../support/deadline.ts';
import { withFreeFds } from '../support/free-fds.ts';
import { notRun } from '../support/not-run.ts';
import { waitForDeaths } from '../support/processes.ts';
import { makeTempDir } from '../support/temp-dir.ts';

const reaper = new Reaper();

test.after(async () => {
  await reaper.close();
});

function start(script: string, options: Partial<ProgramOptions> = {}): Program {
  return startProgram({
    file: '/bin/sh',
    args: ['-c', script],
    cwd: '/',
    env: { PATH: process.env['PATH'] },
    reaper,
    setpriv: null,
    maxLineBytes: 100,
    keptLines: 2,
    printed: (line) => line,
    ...options,
  });
}

/** Starts a program; `told` resolves to its first line. */
function telling(script: string): { readonly program: Program; readonly told: Promise<string> } {
  let tell: (line: string) => void = () => undefined;
  const told = new Promise<string>((resolve) => (tell = resolve));
  const printed = (line: string): string => {
    tell(line);
    return line;
  };
  return { program: start(script, { printed }), told };
}

test('how a program ended is told, with the last lines of both streams as they are kept', async () => {
  const seen = join(makeTempDir(), 'seen');
  const printed = (line: string): string => {
    // What comes on the other stream follows for certain then.
    if (line === '9') writeFileSync(seen, '');
    return `<${line}>`;
  };
  const script = `seq 1 9 >&2; until [ -e '${seen}' ]; do sleep 0.01; done; echo "   "; echo ten; exit 3`;
  const program = start(script, { printed });
  assert.equal(await program.ended, { isGood: false, outcome: 'ended with exit code 3', shortage: null });
  await program.leave(30_000);
  assert.equal(program.lastLines, ['<9>', '<ten>']);
});

test('a signal reaches all of the group', async () => {
  const { program, told } = telling('sleep 1000 & echo $!; wait');
  const child = Number(await deadline(30_000, told, 'the first line'));
  program.kill('SIGKILL');
  assert.is((await program.ended).outcome, 'was ended by SIGKILL');
  await waitForDeaths([child], 30_000);
  await program.leave(100);
});

test('what holds the output open is waited for no longer than is said', async () => {
  const { program, told } = telling('sleep 1000 & echo done');
  assert.is((await program.ended).isGood, true);
  await deadline(30_000, told, 'the line');
  await deadline(30_000, program.leave(100), 'leaving');
  assert.equal(program.lastLines, ['done']);
  program.kill('SIGKILL');
});

test('a program that is not there has no number, and the system says so', async () => {
  const program = start('', { file: '/no/such/program' });
  assert.is(program.pid, null);
  assert.match((await program.ended).outcome, /^could not be started \(.*ENOENT/);
  await program.leave(100);
});

test('what was short to start a program is told once', async () => {
  if (process.platform !== 'linux') {
    notRun('macOS: the open files of a process cannot be limited from outside');
    return;
  }
  const program = await withFreeFds(5, () => Promise.resolve(start('')));
  const { outcome, shortage } = await program.ended;
  assert.is(shortage?.code, 'PONS_ERR_MACHINE_NO_FILES');
  assert.match(outcome, /^could not be started \(EMFILE: [^()]*\)$/);
  await program.leave(100);
});

test.run();
