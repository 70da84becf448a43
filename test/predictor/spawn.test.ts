import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { MARK_TOKEN_LENGTH } from '../../bridge/node/methods.ts';
import { isKnownError } from '../../runtime/errors/known-error.ts';
import { createLogger } from '../../runtime/log/logger.ts';
import { Output } from '../../runtime/predictor/output.ts';
import { spawnHost, type Spawned } from '../../runtime/predictor/spawn.ts';
import { startError } from '../../runtime/predictor/start-error.ts';
import { deadline } from '../support/deadline.ts';
import { openFds, untilFds, withFreeFds } from '../support/free-fds.ts';
import { notRun } from '../support/not-run.ts';
import { makeTempDir } from '../support/temp-dir.ts';

const dir = makeTempDir();
const logger = createLogger({ write: () => true, onceDrained: () => undefined, close: () => Promise.resolve() });
const labels = { apiName: 'test', apiKind: 'AsyncAPI', apiID: 'abc', replica: '0' };

async function start(file: string, cwd: string): Promise<{ spawned: Spawned; output: Output }> {
  const runDir = mkdtempSync(join(dir, 'run-'));
  const markToken = 'a'.repeat(MARK_TOKEN_LENGTH);
  const output = await Output.open({ dir: runDir, logger, labels, markToken, inTurn: true });
  return { spawned: await spawnHost({ file, args: [], cwd, env: {}, output, runDir, threads: 1 }), output };
}

/** Starts a program that ends at once, and waits until nothing of it is left; resolves to the error of a start that failed. */
async function lifeOf(file: string, cwd = dir): Promise<unknown> {
  try {
    const { spawned, output } = await start(file, cwd);
    await spawned.exited;
    await output.drain(1000);
    spawned.notes.take();
    spawned.up.destroy();
    spawned.down.destroy();
    return null;
  } catch (error) {
    return error;
  }
}

test('a program that cannot be started is named with the reason, and nothing of it stays open', async () => {
  await lifeOf('/bin/true');
  const before = openFds();
  for (const [file, cwd, reason] of [
    [join(dir, 'python3'), dir, /python3.*ENOENT/s],
    ['/etc/passwd', dir, /passwd.*EACCES/s],
    ['/bin/sh', join(dir, 'gone'), /ENOENT|does not exist|invalid/s],
  ] as const) {
    const error = await lifeOf(file, cwd);
    assert.ok(isKnownError(error), String(error));
    assert.is(error.code, 'PONS_ERR_PREDICTOR_LAUNCH');
    assert.match(error.message, reason);
    await untilFds(before, file);
  }
});

test('wherever the file descriptors run out, that is the error, and none is lost', async () => {
  if (process.platform !== 'linux') {
    notRun('macOS: the open files of a process cannot be limited from outside');
    return;
  }
  await lifeOf('/bin/true');
  const before = openFds();
  let started = 0;
  for (let free = 0; free < 48; free++) {
    const when = `with ${free} file descriptors`;
    const error = await deadline(
      30_000,
      withFreeFds(free, () => lifeOf('/bin/true')),
      when,
    );
    await untilFds(before, when);
    if (error === null) started += 1;
    else assert.is(startError(error).code, 'PONS_ERR_MACHINE_NO_FILES', when);
  }
  assert.ok(started > 0 && started < 48, String(started));
});

test.run();
