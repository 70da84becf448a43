import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { killsIn, limitMemory, limitOf } from '../../../runtime/predictor/memory/group-files.ts';
import { findOwnGroup, type ControlGroup } from '../../../runtime/predictor/memory/own-group.ts';
import { Surroundings } from '../../../runtime/predictor/memory/surroundings.ts';
import { notRun } from '../../support/not-run.ts';
import { predicting } from '../../support/project.ts';
import { makeTempDir } from '../../support/temp-dir.ts';
import { until } from '../../support/redis/until.ts';
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
  await until(() => Promise.resolve(readFileSync(join(dir, 'cgroup.procs'), 'utf8') === '' || null));
}

test('a predictor that the kernel kills since the container has no more memory is told as out of memory, with its limit', async () => {
  const ran = await inLimitedGroup(() =>
    withPredictor({ files: { 'predictor.py': HOG } }, async (started) => {
      const outcome = await ask(started, 'large', 200);
      if (outcome.kind !== 'died') throw new Error(outcome.kind);
      assert.is(outcome.error.code, 'PONS_ERR_PREDICTOR_OUT_OF_MEMORY');
      assert.match(
        outcome.error.message,
        /out of memory; the kernel killed it for want of memory in the container or other control group that Pons runs in, whose limit is 500 MiB/,
      );
    }),
  );
  if (!ran) notRun('root is needed, and with control groups of version 2 their root, to make a limited group');
});

test('one kill of the kernel explains one death: a sibling that somebody kills after it is not told as out of memory', async () => {
  const ran = await inLimitedGroup(async () => {
    const options = { files: { 'predictor.py': HOG }, surroundings: new Surroundings() };
    await withPredictor(options, (sibling) =>
      withPredictor(options, async (started) => {
        const outcome = await ask(started, 'large', 200);
        assert.is(outcome.kind === 'died' && outcome.error.code, 'PONS_ERR_PREDICTOR_OUT_OF_MEMORY');
        process.kill(sibling.process.pid, 'SIGKILL');
        assert.equal((await sibling.process.exited).memory, { kind: 'innocent' });
      }),
    );
  });
  if (!ran) notRun('root is needed, and with control groups of version 2 their root, to make a limited group');
});

/** A group of version 2 as its files show it, in a folder that no kernel has: the tests' machine may have version 1 only. */
function shownGroup(files: Readonly<Record<string, string>>): ControlGroup {
  const above = makeTempDir();
  const dir = join(above, 'pons');
  mkdirSync(dir);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(above, name), text);
  return { version: 2, dir };
}

test('as many deaths as the kernel has killed for are told as out of memory, of processes that were started before', async () => {
  const group = shownGroup({});
  const kill = (count: number): void => {
    writeFileSync(join(group.dir, 'memory.events'), `low 0\noom ${count}\noom_kill ${count}\n`);
  };
  kill(1);
  const surroundings = new Surroundings(Promise.resolve(group));
  const [first, second, third] = await Promise.all([1, 2, 3].map(() => surroundings.kills()));
  kill(3);
  const verdicts = await Promise.all([first, second, third].map((before) => surroundings.explain(before ?? null)));
  assert.equal(verdicts.map(({ kind }) => kind).sort(), ['innocent', 'surroundings', 'surroundings']);
  assert.equal(await surroundings.explain(await surroundings.kills()), { kind: 'innocent' });
});

test('the limit is that of a group above, too, from which Pons has moved into one of its own', async () => {
  const limited = shownGroup({ 'memory.max': '104857600\n', 'pons/memory.max': 'max\n' });
  assert.is(await limitOf(limited), 104_857_600);
  const narrower = shownGroup({ 'memory.max': '104857600\n', 'pons/memory.max': '52428800\n' });
  assert.is(await limitOf(narrower), 52_428_800);
  assert.is(await limitOf(shownGroup({ 'memory.max': 'max\n', 'pons/memory.max': 'max\n' })), null);
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
