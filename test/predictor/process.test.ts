import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { isKnownError } from '../../runtime/errors/known-error.ts';
import { Surroundings } from '../../runtime/predictor/memory/surroundings.ts';
import type { PredictOutcome } from '../../runtime/predictor/outcome.ts';
import { deadline } from '../support/deadline.ts';
import { startPredictor, type Started, type StartOptions } from '../support/predictor-process.ts';
import { waitForDeaths } from '../support/processes.ts';

const echo = `
class PythonPredictor:
    def __init__(self, config):
        self.config = config
    def predict(self, payload, request_id):
        return {"payload": payload, "config": self.config, "id": request_id}
`;

/** A predictor whose predict has this body. */
function predicting(body: string, before = ''): Record<string, string> {
  const indented = body.trim().split('\n').join('\n        ');
  const source = `${before}\nclass PythonPredictor:\n    def __init__(self, config):\n        pass\n    def predict(self, payload):\n        ${indented}\n`;
  return { 'predictor.py': source };
}

async function using<T>(options: StartOptions, act: (started: Started) => Promise<T>): Promise<T> {
  const started = await startPredictor(options);
  try {
    return await deadline(60_000, act(started), 'the test');
  } finally {
    await started.end();
  }
}

function ask(started: Started, payload: unknown = null, id = 'one'): Promise<PredictOutcome> {
  return started.process.predict({
    id,
    contentType: 'application/json',
    payload: Buffer.from(JSON.stringify(payload)),
  });
}

function resultOf(outcome: PredictOutcome): unknown {
  if (outcome.kind !== 'completed') throw new Error(`the call was ${outcome.kind}`);
  return JSON.parse(outcome.result.toString());
}

async function reasonOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
  } catch (error) {
    if (isKnownError(error)) return `${error.code} ${error.message}`;
    throw error;
  }
  throw new Error('a rejection was expected');
}

for (const isolation of [undefined, 'none'] as const) {
  const where = isolation === undefined ? 'as isolated as the machine permits' : 'without namespaces';
  test(`a payload goes in and a result comes out, ${where}`, () =>
    using(
      { files: { 'predictor.py': echo }, configJson: '{"a":12345678901234567890}', ...(isolation && { isolation }) },
      async (started) => {
        await started.process.ready;
        const result = resultOf(await ask(started, { x: [1, 'é'] })) as Record<string, unknown>;
        assert.equal(result['payload'], { x: [1, 'é'] });
        assert.is(result['id'], 'one');
        assert.equal(started.states, ['loading', 'ready', 'busy', 'ready']);
      },
    ));

  test(`what a predictor writes in its folder reaches neither the snapshot nor the next process, ${where}`, () =>
    using(
      {
        files: { ...predicting('open("made", "w").write("x"); open("data").close()\nreturn {"ok": True}'), data: 'x' },
        ...(isolation && { isolation }),
      },
      async (started) => {
        await started.process.ready;
        assert.equal(resultOf(await ask(started)), { ok: true });
        assert.not(existsSync(join(started.snapshotDir, 'made')));
      },
    ));
}

/** Whether the kernel tells here whom it kills for want of memory. */
const isCounted = (await new Surroundings().kills()) !== null;

const deaths: [string, string, RegExp][] = [
  ['os._exit', 'import os; os._exit(7)', /exited by itself with code 7/],
  [
    'SIGKILL',
    'import os, signal; os.kill(os.getpid(), signal.SIGKILL)',
    isCounted
      ? /killed by SIGKILL; not by Pons, and not by the kernel for want of memory/
      : /killed by SIGKILL; most often out of memory/,
  ],
  ['SIGSEGV', 'import ctypes; ctypes.string_at(0)', /killed by SIGSEGV; a crash in native code/],
  [
    'a last line on stderr',
    'import os; os.write(2, b"goodbye\\n"); os._exit(1)',
    /Last lines of its stderr:\n {2}goodbye/,
  ],
];
for (const [title, body, expected] of deaths) {
  test(`a death in predict is told as it is: ${title}`, () =>
    using({ files: predicting(body) }, async (started) => {
      await started.process.ready;
      const outcome = await ask(started);
      assert.is(outcome.kind, 'died');
      if (outcome.kind === 'died') assert.match(outcome.error.message, expected);
    }));
}

test('sys.exit in predict fails its workload only; the process lives on', () =>
  using({ files: predicting('import sys\nif payload: sys.exit(3)\nreturn {"ok": 1}') }, async (started) => {
    await started.process.ready;
    const outcome = await ask(started, true);
    assert.is(outcome.kind, 'failed');
    if (outcome.kind === 'failed') assert.match(outcome.error.message, /SystemExit: 3/);
    assert.equal(resultOf(await ask(started, false)), { ok: 1 });
  }));

test('an exception shows the user’s own frames only', () =>
  using(
    {
      files: {
        ...predicting('import helper\nhelper.fail()'),
        'helper.py': 'def fail():\n    raise ValueError("bad input")\n',
      },
    },
    async (started) => {
      await started.process.ready;
      const outcome = await ask(started);
      if (outcome.kind !== 'failed') throw new Error(outcome.kind);
      assert.is(
        outcome.error.message,
        'predict raised ValueError: bad input\n  predictor.py:7 in predict: helper.fail()\n  helper.py:2 in fail: raise ValueError("bad input")',
      );
    },
  ));

const failedStarts: [string, string, RegExp][] = [
  ['a syntax error', 'def (:\n', /PONS_ERR_PREDICTOR_LOAD predictor\.py: importing it raised SyntaxError/],
  ['an import that fails', 'import not_there_at_all\n', /ModuleNotFoundError: No module named 'not_there_at_all'/],
  [
    'a raising __init__',
    'class PythonPredictor:\n    def __init__(self, config):\n        raise ValueError("no")\n    def predict(self):\n        pass\n',
    /__init__ raised ValueError: no\n {2}predictor\.py:3 in __init__/,
  ],
  ['sys.exit in the module', 'import sys\nsys.exit(4)\n', /SystemExit: 4/],
  [
    'os._exit in the module',
    'import os\nos._exit(5)\n',
    /PONS_ERR_PREDICTOR_DIED .*before it was ready: exited by itself with code 5/,
  ],
  ['no class', 'x = 1\n', /PONS_ERR_PREDICTOR_CLASS .*PythonPredictor/],
  [
    'a wrong signature',
    'class PythonPredictor:\n    def __init__(self, config, model):\n        pass\n    def predict(self):\n        pass\n',
    /model/,
  ],
];
for (const [title, source, expected] of failedStarts) {
  test(`${title} keeps a process from being ready, and is told`, () =>
    using({ files: { 'predictor.py': source } }, async (started) => {
      assert.match(await reasonOf(started.process.ready), expected);
      await started.process.exited;
    }));
}

// Long enough for it to have come so far, however busy the machine is.
test('an __init__ that hangs ends at the deadline', () =>
  using(
    {
      files: { 'predictor.py': 'import sys, time\nprint("waiting", file=sys.stderr)\ntime.sleep(600)\n' },
      startTimeoutMs: 9500,
    },
    async (started) => {
      assert.match(await reasonOf(started.process.ready), /PONS_ERR_PREDICTOR_START_TIMEOUT .*9\.5 s.*\n {2}waiting/);
    },
  ));

test('a child that writes half a frame is ended, and that is told', () => {
  const program = join(import.meta.dirname, '../fixtures/processes/half-a-frame.py');
  return using({ files: { 'predictor.py': '' }, hostProgram: program }, async (started) => {
    assert.match(await reasonOf(started.process.ready), /the conversation with it broke|exited by itself/);
  });
});

const SLEEPS_IF_TOLD = `import time
if payload:
    print("sleeps", flush=True)
    time.sleep(600)
return {"ok": 1}`;

test('a cancelled predict ends although it sleeps, and the process lives on', () =>
  using({ files: predicting(SLEEPS_IF_TOLD) }, async (started) => {
    await started.process.ready;
    const outcome = ask(started, true);
    await started.record(({ message }) => message === 'sleeps');
    assert.ok(started.process.cancel('one'));
    assert.is((await outcome).kind, 'cancelled');
    assert.equal(resultOf(await ask(started, false)), { ok: 1 });
  }));

test('a process that ignores SIGTERM and shutdown is killed after the grace time', () =>
  using(
    {
      files: predicting(
        'import time\nwhile True:\n    try: time.sleep(60)\n    except BaseException: pass',
        'import signal\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)',
      ),
    },
    async (started) => {
      await started.process.ready;
      const outcome = ask(started);
      await started.process.stop(200);
      // Pons ended the process: what ran in it is not to blame.
      assert.is((await outcome).kind, 'returned');
      assert.is((await started.process.exited).signal, 'SIGKILL');
    },
  ));

test('the death of an idle process is noticed at once: it is given nothing more, and nothing is blamed for it', () =>
  using({ files: predicting('return {}') }, async (started) => {
    await started.process.ready;
    process.kill(started.process.pid, 'SIGKILL');
    await started.process.exited;
    assert.not(started.process.alive);
    assert.is((await ask(started)).kind, 'returned');
  }));

test('a death is told by the exit, not by the end of a pipe that a grandchild holds open', () =>
  using(
    {
      files: predicting(
        'import os, subprocess\nsubprocess.Popen(["sleep", "300"], start_new_session=True)\nos._exit(3)',
      ),
      isolation: 'none',
    },
    async (started) => {
      await started.process.ready;
      // The grandchild lives longer than this test may.
      assert.is((await ask(started)).kind, 'died');
    },
  ));

test('grandchildren end with their process, also those that left its group', () =>
  using(
    {
      files: predicting(
        'import subprocess, os\na = subprocess.Popen(["sleep", "300"])\nb = subprocess.Popen(["sleep", "300"], start_new_session=True)\nreturn {"pids": [a.pid, b.pid]}',
      ),
    },
    async (started) => {
      await started.process.ready;
      const { pids } = resultOf(await ask(started)) as { pids: number[] };
      await started.process.kill();
      // They are killed by then, which they notice when they have the processor next.
      await waitForDeaths(pids, 30_000);
    },
  ));

test.run();
