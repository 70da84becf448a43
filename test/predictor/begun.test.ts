import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { BegunNotes } from '../../runtime/predictor/begun-notes.ts';
import type { PredictOutcome } from '../../runtime/predictor/outcome.ts';
import { deadline } from '../support/deadline.ts';
import { freeze } from '../support/processes.ts';
import { startPredictor, type Started } from '../support/predictor-process.ts';
import { oldestAndNewest } from '../support/pythons.ts';
import { makeTempDir } from '../support/temp-dir.ts';
import { withTmpfs } from '../workloads/embedded/with-tmpfs.ts';

/* What a process had begun when it died, as its supervisor finds it out. */

const PREDICTOR = `
import os, signal, time
class PythonPredictor:
    def __init__(self, config):
        pass
    def predict(self, payload):
        if payload == "stop":
            os.kill(os.getpid(), signal.SIGSTOP)
            # The signal may find another thread first.
            time.sleep(60)
        return {}
`;

async function using(threads: number, act: (started: Started) => Promise<void>): Promise<void> {
  const started = await startPredictor({ files: { 'predictor.py': PREDICTOR }, threads });
  try {
    await started.process.ready;
    await deadline(60_000, act(started), 'the test');
  } finally {
    await started.end();
  }
}

function ask(started: Started, payload: string, id = payload): Promise<PredictOutcome> {
  return started.process.predict({
    id,
    contentType: 'application/json',
    payload: Buffer.from(JSON.stringify(payload)),
  });
}

async function untilStopped({ process: { pid } }: Started): Promise<void> {
  while (!/^State:\s+T/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))) await new Promise(setImmediate);
}

for (const threads of [1, 2]) {
  test(`a process of ${threads} threads that dies before it takes what it was given has begun none of it`, () =>
    using(threads, async (started) => {
      assert.is((await ask(started, 'first')).kind, 'completed');
      // It answers no more; the system holds what is sent to it.
      freeze(started.process.pid);
      const outcomes = ['a', 'b', 'c'].map((id) => ask(started, 'quick', id));
      process.kill(started.process.pid, 'SIGKILL');
      const kinds = (await Promise.all(outcomes)).map(({ kind }) => kind);
      assert.equal(kinds, threads === 1 ? ['missed', 'returned', 'returned'] : ['missed', 'missed', 'returned']);
    }));
}

test('of two that were given to two threads, the one that ran is to blame, and the one that had not begun is not', () =>
  using(2, async (started) => {
    const first = ask(started, 'stop');
    await untilStopped(started);
    const second = ask(started, 'quick');
    process.kill(started.process.pid, 'SIGKILL');
    assert.equal([(await first).kind, (await second).kind], ['died', 'missed']);
  }));

const CLEANS_UP = `
import os, sys
class PythonPredictor:
    def __init__(self, config):
        # As programs do that make a daemon of themselves.
        os.closerange(3, 256)
        self.files = sys.kept = [open(os.path.join(config["dir"], str(n)), "w") for n in range(20)]
    def predict(self, payload):
        for file in self.files:
            file.write("kept")
        return {}
`;

for (const { executable, version } of oldestAndNewest) {
  test(`the note closes no file of user code that lies where an fd of it could have been (Python ${version})`, async () => {
    const dir = makeTempDir();
    const configJson = JSON.stringify({ dir });
    const files = { 'predictor.py': CLEANS_UP };
    const started = await startPredictor({ files, configJson, python: executable, isolation: 'none' });
    await started.process.ready;
    assert.is((await ask(started, 'quick')).kind, 'completed');
    await started.process.stop(60_000);
    const names = readdirSync(dir);
    assert.is(names.length, 20);
    for (const name of names) assert.is(readFileSync(join(dir, name), 'utf8'), 'kept', name);
    await started.end();
  });
}

test('where the file system in memory is full, the notes are kept in the folder of the process', () =>
  withTmpfs('8k', (full) => {
    const dir = makeTempDir();
    assert.throws(() => {
      for (let n = 0; n < 10; n++) writeFileSync(join(full, String(n)), Buffer.alloc(4096));
    }, /ENOSPC/);
    const notes = BegunNotes.open([full, dir], 1);
    assert.is(notes.take(), null, 'no host has found it');
    return Promise.resolve();
  }));

test.run();
