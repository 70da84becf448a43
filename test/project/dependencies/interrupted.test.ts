import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  beginInstallation,
  completeInstallation,
  findComplete,
} from '../../../runtime/project/dependencies/environment-folder.ts';
import { deadline } from '../../support/deadline.ts';
import { makeTempDir } from '../../support/temp-dir.ts';
import { makeTree } from '../support/tree.ts';
import { prepare, runPython, withoutUv } from './support/prepare.ts';

const program = join(import.meta.dirname, '..', '..', 'fixtures', 'project', 'prepare.ts');

test('an installation that was killed in the middle is not taken for whole; the next one makes it anew and clears it away', async () => {
  const projectDir = makeTree({ 'requirements.txt': 'six\n' });
  const stateDir = makeTempDir();
  const child = spawn(process.execPath, ['--import', 'tsx', program, projectDir, stateDir], {
    env: withoutUv,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  await deadline(200_000, once(child, 'exit'), 'the killed installation');
  assert.is(child.signalCode, 'SIGKILL');
  const [key = ''] = readdirSync(join(stateDir, 'environments'));
  const home = join(stateDir, 'environments', key);
  const [half = ''] = readdirSync(home);
  assert.ok(existsSync(join(home, half, 'bin', 'python')), 'it was killed with an environment that looks whole');
  const { executable } = await prepare({ projectDir, stateDir });
  assert.is(runPython(executable, 'import six; print("found")'), 'found');
  assert.not.ok(executable.includes(half));
  assert.is(readdirSync(home).length, 2);
});

test('only what complete.json names, and has a Python, is whole', async () => {
  const home = makeTempDir();
  assert.is(await findComplete(home), null);
  const prefix = await beginInstallation(home);
  mkdirSync(join(prefix, 'bin'), { recursive: true });
  assert.is(await findComplete(home), null);
  await completeInstallation(home, { prefix, extras: ['yaml'] });
  assert.is(await findComplete(home), null);
  writeFileSync(join(prefix, 'bin', 'python'), '');
  assert.equal(await findComplete(home), { prefix, extras: ['yaml'] });
  for (const content of ['', '{', '[]', 'null', '{"folder": 3}']) {
    writeFileSync(join(home, 'complete.json'), content);
    assert.is(await findComplete(home), null, content);
  }
});

test('folders of processes that are gone are removed; those of live ones and the whole one stay', async () => {
  const home = makeTempDir();
  const mine = await beginInstallation(home);
  mkdirSync(mine);
  const parent = join(home, `${process.ppid}-00000000`);
  const gone = join(home, `${unusedPid()}-00000000`);
  const before = join(home, `${process.pid}-00000000`);
  const whole = join(home, `${unusedPid()}-11111111`);
  for (const folder of [parent, gone, before, join(whole, 'bin')]) mkdirSync(folder, { recursive: true });
  writeFileSync(join(whole, 'bin', 'python'), '');
  await completeInstallation(home, { prefix: whole, extras: [] });
  await beginInstallation(home);
  assert.equal(
    [mine, parent, gone, before, whole].map((folder) => existsSync(folder)),
    [true, true, false, false, true],
  );
});

/** No process has the highest number, or almost none. */
function unusedPid(): number {
  return Number(readFileSync('/proc/sys/kernel/pid_max', 'utf8')) - 1;
}

test.run();
