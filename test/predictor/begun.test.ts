import { readFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { PredictOutcome } from '../../runtime/predictor/outcome.ts';
import { deadline } from '../support/deadline.ts';
import { startPredictor, type Started } from '../support/predictor-process.ts';

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

function isStopped(pid: number): boolean {
  return /^State:\s+T/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
}

for (const threads of [1, 2]) {
  test(`a process of ${threads} threads that dies before it takes what it was given has begun none of it`, () =>
    using(threads, async (started) => {
      assert.is((await ask(started, 'first')).kind, 'completed');
      // It answers no more; the system holds what is sent to it.
      process.kill(started.process.pid, 'SIGSTOP');
      const outcomes = ['a', 'b', 'c'].map((id) => ask(started, 'quick', id));
      process.kill(started.process.pid, 'SIGKILL');
      const kinds = (await Promise.all(outcomes)).map(({ kind }) => kind);
      assert.equal(kinds, threads === 1 ? ['missed', 'returned', 'returned'] : ['missed', 'missed', 'returned']);
    }));
}

test('of two that were given to two threads, the one that ran is to blame, and the one that had not begun is not', () =>
  using(2, async (started) => {
    const first = ask(started, 'stop');
    while (!isStopped(started.process.pid)) await new Promise((resolve) => setImmediate(resolve));
    const second = ask(started, 'quick');
    process.kill(started.process.pid, 'SIGKILL');
    assert.equal([(await first).kind, (await second).kind], ['died', 'missed']);
  }));

test.run();
