import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { makeTempDir } from '../support/temp-dir.ts';
import { ask, withPredictor } from '../support/with-predictor.ts';

/* Several workloads that one process with one thread is given at once: they run one after the other. */

const PREDICTOR = `
import ctypes, os, signal, sys, time
class PythonPredictor:
    def __init__(self, config):
        self.gate = config.get("gate")
    def predict(self, payload, request_id):
        if payload == "die":
            time.sleep(0.1)
            os.kill(os.getpid(), signal.SIGKILL)
        if payload == "hang":
            print("hangs", flush=True)
            time.sleep(60)
        if payload == "call":
            # Both ends: neither the opening waits, nor does the read end before something is written.
            gate = os.open(self.gate, os.O_RDWR)
            print("calls", flush=True)
            # Native code that does not begin again what a signal broke off.
            if ctypes.CDLL(None).read(gate, ctypes.create_string_buffer(1), 1) != 1:
                raise OSError("broken off")
        if payload == "print":
            print("out of " + request_id)
        if payload == "errors":
            sys.stderr.write("err of %s" % request_id)
        if payload == "raw":
            os.write(1, b"raw of " + request_id.encode() + b" first\\n")
            os.write(1, b"raw of " + request_id.encode() + b" last\\n")
        return {"id": request_id}
`;

const OPTIONS = { files: { 'predictor.py': PREDICTOR } };

test('what is written now and then is labelled with the workload that wrote it, with four in the process all the time', () =>
  withPredictor(OPTIONS, async (started) => {
    const noisy = ['print', 'raw', 'errors', 'print'];
    const kindOf = (at: number): string => (at % 50 === 49 ? (noisy[((at / 50) % noisy.length) | 0] ?? '') : 'quiet');
    let next = 0;
    const caller = async (): Promise<void> => {
      for (let at = next++; at < 2000; at = next++) {
        const outcome = await ask(started, `w${at}`, kindOf(at));
        assert.is(outcome.kind, 'completed');
      }
    };
    await Promise.all(Array.from({ length: 4 }, caller));
    await started.record(({ message }) => message === 'out of w1999');
    await started.end();
    const lines = started.records.filter(({ message }) => / of w\d+/.test(message));
    // Of four kinds, one writes two lines.
    assert.is(lines.length, (2000 / 50) * (5 / 4));
    const wrong = lines.filter(({ message, labels }) => / of (w\d+)/.exec(message)?.[1] !== labels['requestID']);
    assert.equal(wrong, []);
  }));

test('of those that a dying process holds, only the one that ran is told to have been in it', () =>
  withPredictor(OPTIONS, async (started) => {
    const outcomes = await Promise.all([
      ask(started, 'before', 'quiet'),
      ask(started, 'killer', 'die'),
      ask(started, 'next', 'quiet'),
      ask(started, 'last', 'quiet'),
    ]);
    assert.equal(
      outcomes.map(({ kind }) => kind),
      ['completed', 'died', 'returned', 'returned'],
    );
  }));

test('one that waits can be cancelled, and never begins', () =>
  withPredictor(OPTIONS, async (started) => {
    const first = ask(started, 'first', 'hang');
    const second = ask(started, 'second', 'print');
    const third = ask(started, 'third', 'print');
    await started.record(({ message }) => message === 'hangs');
    assert.equal(
      ['first', 'second', 'third'].map((id) => started.process.runs(id)),
      [true, false, false],
    );
    assert.ok(started.process.cancel('second'));
    assert.ok(started.process.cancel('first'));
    assert.is((await first).kind, 'cancelled');
    assert.is((await second).kind, 'cancelled');
    assert.is((await third).kind, 'completed');
    await started.record(({ message }) => message === 'out of third');
    assert.not(started.records.some(({ message }) => message === 'out of second'));
  }));

test('a cancellation of one that waits costs the one that runs nothing, not even a call of the system', () => {
  const gate = join(makeTempDir(), 'gate');
  execFileSync('mkfifo', [gate]);
  // In a namespace of its own it has another /tmp.
  const options = { ...OPTIONS, configJson: JSON.stringify({ gate }), isolation: 'none' as const };
  return withPredictor(options, async (started) => {
    const first = ask(started, 'first', 'call');
    await started.record(({ message }) => message === 'calls');
    const second = ask(started, 'second', 'print');
    assert.ok(started.process.cancel('second'));
    // A signal that wrongly came would break off the call that waits, if it waits still. That passes also where it comes later.
    await pause(200);
    writeFileSync(gate, 'x', { flag: 'r+' });
    assert.is((await first).kind, 'completed');
    assert.is((await second).kind, 'cancelled');
  });
});

test.run();
