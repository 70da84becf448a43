import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { killsIn, limitMemory } from '../../../runtime/predictor/memory/group-files.ts';
import { findOwnGroup } from '../../../runtime/predictor/memory/own-group.ts';
import { notRun } from '../../support/not-run.ts';
import { predicting } from '../../support/project.ts';
import { ask, withPredictor } from '../../support/with-predictor.ts';

const LIMIT_MIB = 500;
const HOG = predicting('kept = [bytearray(b"x" * (8 << 20)) for _ in range(payload)]\nreturn {"blocks": len(kept)}');

/** Calls `act` while this process is in a control group with a limit, as in a container; false where it may make none. */
async function inLimitedGroup(act: () => Promise<void>): Promise<boolean> {
  const own = await findOwnGroup();
  if (own === null || process.getuid?.() !== 0) return false;
  // With version 2 only the root of all groups may have members beside groups.
  if (own.version === 2 && existsSync(join(own.dir, 'cgroup.type'))) return false;
  if (own.version === 2) writeFileSync(join(own.dir, 'cgroup.subtree_control'), '+memory');
  const limited = { version: own.version, dir: join(own.dir, `pons-test-${process.pid}`) };
  mkdirSync(limited.dir);
  await limitMemory(limited, LIMIT_MIB * 1024 * 1024);
  const move = (to: string): void => {
    writeFileSync(join(to, 'cgroup.procs'), String(process.pid));
  };
  move(limited.dir);
  try {
    await act();
  } finally {
    move(own.dir);
    await waitForEmpty(limited.dir);
    rmdirSync(limited.dir);
  }
  return true;
}

/** The helpers of a test are gone some moments after it. */
async function waitForEmpty(dir: string): Promise<void> {
  const lapsedAt = Date.now() + 10_000;
  while (readFileSync(join(dir, 'cgroup.procs'), 'utf8') !== '') {
    if (Date.now() > lapsedAt) throw new Error(`${dir} is not empty`);
    await pause(20);
  }
}

test('a predictor that the kernel kills since the container has no more memory is told as out of memory, with its limit', async () => {
  const ran = await inLimitedGroup(() =>
    withPredictor({ files: { 'predictor.py': HOG } }, async (started) => {
      const outcome = await ask(started, 'large', 200);
      if (outcome.kind !== 'died') throw new Error(outcome.kind);
      assert.is(outcome.error.code, 'PONS_ERR_PREDICTOR_OUT_OF_MEMORY');
      assert.match(
        outcome.error.message,
        /out of memory; the kernel killed for want of memory in the container or other control group that Pons runs in, whose limit is 500 MiB/,
      );
    }),
  );
  if (!ran) notRun('root is needed, and with control groups of version 2 their root, to make a limited group');
});

test('a predictor that somebody kills is not told as out of memory', () =>
  withPredictor({ files: { 'predictor.py': predicting('import os\nos.kill(os.getpid(), 9)') } }, async (started) => {
    const outcome = await ask(started, 'killed', null);
    if (outcome.kind !== 'died') throw new Error(outcome.kind);
    assert.is(outcome.error.code, 'PONS_ERR_PREDICTOR_DIED');
    const own = await findOwnGroup();
    const known = own !== null && (await killsIn(own)) !== null;
    assert.match(outcome.error.message, known ? /killed by SIGKILL; not by Pons/ : /most often out of memory/);
  }));

test.run();
