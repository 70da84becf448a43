import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { probeSetpriv } from '../../../../runtime/processes/parent-death.ts';
import { bridgeErrorOf } from '../../../support/bridge-error.ts';
import { deadline } from '../../../support/deadline.ts';
import { waitForDeaths } from '../../../support/processes.ts';
import { makeTempDir } from '../../../support/temp-dir.ts';
import { floats, numbersOf } from '../../../support/tensorflow/inputs.ts';
import { installTensorflow } from '../../../support/tensorflow/installed.ts';
import { knownErrorOf } from '../../../support/tensorflow/known-error-of.ts';
import { localModel, startOwnServing } from '../../../support/tensorflow/own-serving.ts';
import { standInProgram, START_MS } from '../../../support/tensorflow/stand-in.ts';

const STARTER = fileURLToPath(new URL('../../../support/tensorflow/starter.ts', import.meta.url));
const tensorflow = await installTensorflow();

function program(script: string): string {
  const path = join(makeTempDir(), 'tensorflow_model_server');
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
  return path;
}

test('a program that ends at its start is an error that says how, and with which words', async () => {
  const folder = join(makeTempDir(), 'tensorflow');
  const broken = program('echo some words; echo "cannot open shared object file" >&2; exit 3');
  const error = await knownErrorOf(startOwnServing(tensorflow, { program: broken, folder }));
  assert.is(error.code, 'PONS_ERR_MODELS_TENSORFLOW_SERVING_START');
  assert.match(error.message, `${broken} ended with exit code 3: cannot open shared object file`);
  assert.is(existsSync(folder), false);
});

test('a program that prints without a line feed is told by the beginning of it', async () => {
  const endless = program("head -c 5000000 /dev/zero | tr '\\0' x; exit 3");
  const error = await knownErrorOf(startOwnServing(tensorflow, { program: endless }));
  assert.match(error.message, /ended with exit code 3: x{2000}\.\.\.\.$/);
});

test('a file that is no program is an error, whether or not the system can tie it to Pons', async () => {
  const file = join(makeTempDir(), 'tensorflow_model_server');
  writeFileSync(file, Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0]));
  chmodSync(file, 0o755);
  for (const setpriv of [null, await probeSetpriv()]) {
    const error = await knownErrorOf(startOwnServing(tensorflow, { program: file, setpriv }));
    assert.match(error.message, /tensorflow_model_server (could not be started|ended with exit code)/);
  }
});

test('a program that takes no calls is ended with its children, and an error', async () => {
  const pids = join(makeTempDir(), 'pids');
  const silent = program(`sleep 1000 & echo $! > ${pids}; echo $$ >> ${pids}; wait`);
  // Long enough for it to have come so far.
  const error = await knownErrorOf(startOwnServing(tensorflow, { program: silent, startTimeoutMs: 4000 }));
  assert.match(error.message, 'did not take calls within 4 s');
  await waitForDeaths(readFileSync(pids, 'utf8').trim().split('\n').map(Number), 30_000);
});

test('a Pons that is killed takes the server and its children with it', async () => {
  const pids = join(makeTempDir(), 'pids');
  const silent = program(`sleep 1000 & echo $! > ${pids}; echo $$ >> ${pids}; echo started >&2; wait`);
  const pons = spawn(process.execPath, ['--import', 'tsx', STARTER, silent], { stdio: ['ignore', 'pipe', 'ignore'] });
  await deadline(60_000, once(pons.stdout, 'data'), 'the line of the server');
  pons.kill('SIGKILL');
  await waitForDeaths(readFileSync(pids, 'utf8').trim().split('\n').map(Number), 30_000);
});

test('a start that is given up ends at once', async () => {
  const silent = program('sleep 1000');
  const controller = new AbortController();
  const reason = new Error('given up by the test');
  const start = startOwnServing(tensorflow, { program: silent }, controller.signal).catch((error: unknown) => error);
  setTimeout(() => {
    controller.abort(reason);
  }, 200);
  assert.is(await deadline(30_000, start, 'the start'), reason);
});

test('a server that is too old to do without a port gets one, and that is said', async () => {
  const env = { ...process.env, STAND_IN_NEEDS_PORT: 'yes' } as Record<string, string>;
  const started = await startOwnServing(tensorflow, { env });
  assert.ok(started.lines.some(({ message }) => /needs a port and listens on \d+ of every address/.test(message)));
  const model = await started.serving.load(localModel('scale', '1', join(tensorflow.models, 'scale')));
  const [y] = await model.predict([floats('x', [1])], new AbortController().signal);
  assert.equal(numbersOf(y), [2]);
  await started.close();
});

test('a later start for which the system is not ready is told and tried on, and ends nothing', async () => {
  const started = await startOwnServing(tensorflow);
  const socket = join(started.folder, 'serving.sock');
  rmSync(socket);
  mkdirSync(socket);
  const pid = started.serving.pid ?? 0;
  process.kill(pid, 'SIGKILL');
  const told = async (): Promise<void> => {
    while (!started.lines.some(({ message }) => /could not be started \(.*EISDIR.*started again/.test(message))) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  };
  await deadline(60_000, told(), 'the line of the failed start');
  rmSync(socket, { recursive: true });
  assert.is.not(await deadline(START_MS, started.nextPid(pid), 'the next server'), pid);
  await started.close();
});

test('a server that does not come back makes calls fail with what was the last of it, and is tried on', async () => {
  const folder = join(makeTempDir(), 'tensorflow');
  const flag = join(makeTempDir(), 'broken');
  const real = standInProgram(tensorflow);
  const fickle = program(`[ -e ${flag} ] && { echo 'out of disk' >&2; exit 9; }; exec ${real} "$@"`);
  const limits = { callTimeoutMs: 20_000, retryMs: 6000 };
  const started = await startOwnServing(tensorflow, { program: fickle, folder, limits });
  const model = await started.serving.load(localModel('scale', '1', join(tensorflow.models, 'scale')));
  writeFileSync(flag, '');
  const pid = started.serving.pid ?? 0;
  process.kill(pid, 'SIGKILL');
  await waitForDeaths([pid], 30_000);
  const error = await bridgeErrorOf(model.predict([floats('x', [1])], new AbortController().signal));
  assert.match(error.message, /within 6 s: UNAVAILABLE \(the server is down: ended with exit code 9: out of disk\)$/);
  await started.close();
  assert.equal(existsSync(folder) ? readdirSync(folder) : [], []);
});

test.run();
