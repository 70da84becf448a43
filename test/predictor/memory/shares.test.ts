import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { openEnforcement } from '../../../runtime/predictor/memory/enforcement.ts';
import { ResidentWatch } from '../../../runtime/predictor/memory/resident-watch.ts';
import type { MemoryShare } from '../../../runtime/predictor/memory/share.ts';
import type { PredictOutcome } from '../../../runtime/predictor/outcome.ts';
import { deadline } from '../../support/deadline.ts';
import { notRun } from '../../support/not-run.ts';
import { startPredictor, type StartOptions, type Started } from '../../support/predictor-process.ts';
import { predicting } from '../../support/project.ts';
import { ask, withPredictor } from '../../support/with-predictor.ts';

const MIB = 1024 * 1024;
const ALLOWED_BYTES = 96 * MIB;
/** Takes as many blocks of 8 MB as it is told. */
const TAKING = 'import time\nkept = [bytearray(b"x" * (8 << 20)) for _ in range(payload)]';
const HOLDING = `${TAKING}\nprint("holds", flush=True)\ntime.sleep(60)`;
/** Ends when it has not taken much. */
const HOG = `${TAKING}\ntime.sleep(0 if payload < 9 else 60)\nreturn {"blocks": len(kept)}`;
/** A child takes the memory, its parent waits for something else. */
const CHILD = `import subprocess, sys, time
subprocess.Popen([sys.executable, "-c", "import time; kept = [bytearray(b'x' * (8 << 20)) for _ in range(%d)]; time.sleep(60)" % payload]SETSID)
time.sleep(60)`;

interface Way {
  readonly name: string;
  readonly by: RegExp;
  readonly open: () => Promise<{ share: MemoryShare; close: () => Promise<void> } | null>;
}

const ways: readonly Way[] = [
  {
    name: 'by a control group',
    by: /out of memory; the kernel killed it: its replica used all of the 96 MiB that compute\.mem allows/,
    open: async () => {
      const enforcement = await openEnforcement();
      const share = await enforcement.share('api-0', ALLOWED_BYTES);
      if (enforcement.dir !== null && share !== null) return { share, close: () => enforcement.close() };
      await enforcement.close();
      notRun(`root or a delegated control group is needed: ${enforcement.notice.text}`);
      return null;
    },
  },
  {
    name: 'by the watch',
    by: /out of memory; Pons killed it: its replica used \d+(\.\d)? MiB, and compute\.mem allows 96 MiB/,
    open: () => Promise.resolve({ share: new ResidentWatch().share(ALLOWED_BYTES), close: () => Promise.resolve() }),
  },
];

function expectDeath(outcome: PredictOutcome, how: RegExp): void {
  if (outcome.kind !== 'died') throw new Error(`it ${outcome.kind}`);
  assert.is(outcome.error.code, 'PONS_ERR_PREDICTOR_OUT_OF_MEMORY');
  assert.match(outcome.error.message, how);
}

for (const { name, by, open } of ways) {
  const limited = async (body: string, act: (started: Started, share: MemoryShare) => Promise<void>) => {
    const opened = await open();
    if (opened === null) return;
    try {
      await withPredictor({ files: { 'predictor.py': predicting(body) }, memory: opened.share }, (started) =>
        act(started, opened.share),
      );
    } finally {
      await opened.close();
    }
  };

  test(`a predict that uses more than its share ends with its process, ${name}; one that uses less is left alone`, () =>
    limited(HOG, async (started) => {
      assert.is((await ask(started, 'small', 4)).kind, 'completed');
      expectDeath(await ask(started, 'large', 40), by);
      assert.is((await started.process.exited).signal, 'SIGKILL');
    }));

  for (const [where, setsid] of [
    ['in its group', ''],
    ['that has left its group', ', start_new_session=True'],
  ] as const) {
    test(`the memory of a child ${where} counts, ${name}`, () =>
      limited(CHILD.replace('SETSID', setsid), async (started) => {
        expectDeath(await ask(started, 'large', 40), by);
      }));
  }

  test(`memory that forks share counts once, and a file that is mapped not at all, ${name}`, () => {
    const body = `import mmap, os, time
kept = [bytearray(b"x" * (4 << 20)) for _ in range(15)]
forks = [os.fork() for _ in range(2)]
if 0 in forks: time.sleep(60)
with open("large", "wb") as file:
    for _ in range(120): file.write(b"x" * (1 << 20))
with open("large", "rb") as file:
    mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    total = sum(mapped[at] for at in range(0, len(mapped), 4096))
time.sleep(1.5)
return {"total": total}`;
    return limited(body, async (started) => {
      const outcome = await ask(started, 'shared', null);
      assert.is(outcome.kind, 'completed', outcome.kind === 'died' ? outcome.error.message : '');
    });
  });

  test(`the processes of a replica share what it has: the largest ends, ${name}`, () =>
    limited(HOLDING, async (first, share) => {
      await withPredictor({ files: { 'predictor.py': predicting(HOLDING) }, memory: share }, async (second) => {
        // A third of what both may have, with all that a Python takes beside: the other one is the larger one for certain when there is no more.
        const held = ask(first, 'held', 2);
        await first.record(({ message }) => message === 'holds');
        // Alone it would be allowed.
        expectDeath(await ask(second, 'large', 9), by);
        assert.ok(first.process.alive);
        await first.process.kill();
        assert.is((await held).kind, 'returned');
      });
    }));

  test(`what module code uses too much is told before the API is ready, ${name}`, async () => {
    const opened = await open();
    if (opened === null) return;
    const source = predicting(
      'return {}',
      'kept = [bytearray(b"x" * (8 << 20)) for _ in range(40)]\nimport time; time.sleep(60)',
    );
    const options: StartOptions = { files: { 'predictor.py': source }, memory: opened.share };
    const started = await startPredictor(options);
    try {
      const error = await deadline(
        50_000,
        started.process.ready.then(() => null, String),
        'the end',
      );
      assert.match(error ?? '', /ended before it was ready: out of memory/);
    } finally {
      await started.end();
      await opened.close();
    }
  });
}

/** Its child is killed, and it answers before anybody has looked. */
const LOSING = `import subprocess, sys, time
if payload == "wait": time.sleep(60)
program = "import time; kept = [bytearray(b'x' * (8 << 20)) for _ in range(40)]; time.sleep(60)"
return {"code": subprocess.run([sys.executable, "-c", program]).returncode}`;

test('what begins when the kernel has killed a child of what was before is not blamed for the end of the process', async () => {
  const enforcement = await openEnforcement();
  const share = await enforcement.share('api-0', ALLOWED_BYTES);
  try {
    if (enforcement.dir === null || share === null) {
      notRun(`root or a delegated control group is needed: ${enforcement.notice.text}`);
      return;
    }
    await withPredictor({ files: { 'predictor.py': predicting(LOSING) }, memory: share }, async (started) => {
      const [loses, waits] = [ask(started, 'loses', 'lose'), ask(started, 'waits', 'wait')];
      const [first, second] = [await loses, await waits];
      // Version 2 ends the whole process at once.
      if (first.kind !== 'completed') {
        expectDeath(first, /compute\.mem/);
        assert.is(second.kind, 'returned');
        return;
      }
      assert.equal(JSON.parse(String(first.result)), { code: -9 });
      assert.is(second.kind, 'missed');
    });
  } finally {
    await enforcement.close();
  }
});

test('a group that cannot be limited is not left, so that it can be made again', async () => {
  const enforcement = await openEnforcement();
  try {
    if (enforcement.dir === null) {
      notRun(`root or a delegated control group is needed: ${enforcement.notice.text}`);
      return;
    }
    for (let tries = 0; tries < 2; tries += 1) {
      // No number of bytes, which the kernel refuses.
      const refused = await enforcement.share('api-0', Number.NaN).then(() => null, String);
      assert.match(refused ?? '', /EINVAL/);
    }
    const share = await enforcement.share('api-0', ALLOWED_BYTES);
    // No process has such a number, which is no fault of the group.
    await (await share?.admit(2 ** 30, () => undefined))?.end();
    await assertRejects(share?.admit(Number.NaN, () => undefined));
  } finally {
    await enforcement.close();
  }
  assert.not(existsSync(enforcement.dir));
});

async function assertRejects(promise: Promise<unknown> | undefined): Promise<void> {
  const outcome = await Promise.resolve(promise).then(
    () => 'resolved',
    () => 'rejected',
  );
  assert.is(outcome, 'rejected');
}

test('the control groups of a run are gone after it', async () => {
  const enforcement = await openEnforcement();
  const share = await enforcement.share('api-0', ALLOWED_BYTES);
  if (enforcement.dir === null || share === null) {
    await enforcement.close();
    notRun(`root or a delegated control group is needed: ${enforcement.notice.text}`);
    return;
  }
  const { dir } = enforcement;
  await withPredictor({ files: { 'predictor.py': predicting('return {}') }, memory: share }, (started) => {
    assert.ok(readdirSync(dir).includes('api-0'));
    const groups = readFileSync(`/proc/${started.process.pid}/cgroup`, 'utf8');
    assert.match(groups, new RegExp(`${basename(dir)}/api-0/1$`, 'm'));
    return Promise.resolve();
  });
  await enforcement.close();
  assert.not(existsSync(dir));
  assert.ok(existsSync(dirname(dir)));
});

test.run();
