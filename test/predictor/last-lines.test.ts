import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { deadline } from '../support/deadline.ts';
import { startPredictor, type Started } from '../support/predictor-process.ts';

/** Writes its payload to stderr, and dies of a payload that says so. */
const WRITES = `
import os, sys

class PythonPredictor:
    def __init__(self, config):
        print('loaded', file=sys.stderr)
    def predict(self, payload):
        print(payload, file=sys.stderr, flush=True)
        if payload.startswith('dies'):
            os._exit(1)
        return {}
`;

/** Runs two workloads, of which the second one dies; resolves to the error of that one. */
async function deathAfter(started: Started, first: string, second: string): Promise<string> {
  await started.process.ready;
  const ask = (id: string, payload: string) =>
    started.process.predict({ id, contentType: 'text/plain', payload: Buffer.from(payload) });
  assert.is((await ask('one', first)).kind, 'completed');
  await started.record(({ message }) => message === first);
  const outcome = await ask('two', second);
  if (outcome.kind !== 'died') throw new Error(outcome.kind);
  return outcome.error.message;
}

for (const threads of [1, 2]) {
  test(`the error of a death shows what its own workload wrote, and not what an earlier one did (${threads} threads)`, async () => {
    const started = await startPredictor({ files: { 'predictor.py': WRITES }, threads });
    try {
      const message = await deadline(60_000, deathAfter(started, "another client's line", 'dies of this'), 'the death');
      assert.match(message, /Last lines of its stderr:\n {2}loaded\n {2}dies of this$/);
    } finally {
      await started.end();
    }
  });
}

test.run();
