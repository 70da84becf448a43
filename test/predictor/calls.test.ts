import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ask, withPredictor } from '../support/with-predictor.ts';

/* A workload that was lost and leased anew may be in its process twice for a moment. */

const PREDICTOR = `
import threading
going = threading.Event()
class PythonPredictor:
    def __init__(self, config):
        pass
    def predict(self, payload):
        if payload == "wait":
            going.wait()
        if payload == "go":
            going.set()
        return {}
`;

const OPTIONS = { files: { 'predictor.py': PREDICTOR }, threads: 2 };

test('the end of the older of two calls with one id leaves the newer one open', () =>
  withPredictor(OPTIONS, async (started) => {
    const older = ask(started, 'twice', 'quick');
    const newer = ask(started, 'twice', 'wait');
    assert.is((await older).kind, 'completed');
    assert.ok(started.process.runs('twice'));
    assert.is(started.states.at(-1), 'busy');
    assert.is((await ask(started, 'other', 'go')).kind, 'completed');
    assert.is((await newer).kind, 'completed');
    assert.is(started.states.at(-1), 'ready');
  }));

test('the end of the newer of two calls with one id does not make the end of the older one fail', () =>
  withPredictor(OPTIONS, async (started) => {
    const older = ask(started, 'twice', 'wait');
    const newer = ask(started, 'twice', 'quick');
    assert.is((await newer).kind, 'completed');
    assert.is((await ask(started, 'other', 'go')).kind, 'completed');
    assert.is((await older).kind, 'completed');
    assert.is((await ask(started, 'next', 'quick')).kind, 'completed');
    assert.is(started.states.at(-1), 'ready');
  }));

test.run();
