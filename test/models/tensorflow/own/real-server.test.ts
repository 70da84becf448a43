import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { findOnPath } from '../../../../runtime/processes/find-on-path.ts';
import { bridgeErrorOf } from '../../../support/bridge-error.ts';
import { deadline } from '../../../support/deadline.ts';
import { notRun } from '../../../support/not-run.ts';
import { makeTempDir } from '../../../support/temp-dir.ts';
import { floats, numbersOf } from '../../../support/tensorflow/inputs.ts';
import { installTensorflow } from '../../../support/tensorflow/installed.ts';
import { localModel, startOwnServing } from '../../../support/tensorflow/own-serving.ts';
import { START_MS } from '../../../support/tensorflow/stand-in.ts';

test('a real tensorflow_model_server loads, exchanges, refuses and releases models, and comes back with them', async () => {
  const program = await findOnPath('tensorflow_model_server', process.env['PATH']);
  if (program === null) {
    notRun(
      'TensorFlow Serving: there is no tensorflow_model_server on the PATH; a stand-in on real TensorFlow is used instead',
    );
    return;
  }
  const tensorflow = await installTensorflow();
  const started = await startOwnServing(tensorflow, { program });
  const { serving } = started;
  const signal = new AbortController().signal;
  const saved = join(tensorflow.models, 'scale');
  const before = await serving.load(localModel('scale', '1', saved));
  const after = await serving.load(localModel('scale', '1', join(tensorflow.models, 'several-with-predict')));
  assert.equal(numbersOf((await before.predict([floats('x', [1, 2])], signal))[0]), [2, 4]);
  await before.release();
  const error = await bridgeErrorOf(serving.load(localModel('broken', '1', makeTempDir())));
  assert.match(error.message, /cannot be loaded/);
  process.kill(serving.pid ?? 0, 'SIGKILL');
  const call = after.predict([floats('x', [3])], signal);
  assert.equal(numbersOf((await deadline(START_MS, call, 'a call to a server that restarts'))[0]), [6]);
  await started.close();
});

test.run();
