import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { isKnownError } from '../../runtime/errors/known-error.ts';
import { deadline } from '../support/deadline.ts';
import { startPredictor } from '../support/predictor-process.ts';

test('a host that refuses to begin for a reason that nobody knows is an error of the conversation, with its words', async () => {
  const hostProgram = join(import.meta.dirname, '../fixtures/processes/refuses-initialize.py');
  const started = await startPredictor({ files: { 'predictor.py': '' }, hostProgram });
  try {
    const error: unknown = await deadline(30_000, started.process.ready, 'an end').catch((thrown: unknown) => thrown);
    assert.ok(isKnownError(error), String(error));
    assert.is(error.code, 'PONS_ERR_PREDICTOR_PROTOCOL', error.message);
    assert.match(error.message, /another version/);
  } finally {
    await started.end();
  }
});

test.run();
