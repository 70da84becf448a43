import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { deadline } from '../../../support/deadline.ts';
import { makeTempDir } from '../../../support/temp-dir.ts';
import { floats, numbersOf } from '../../../support/tensorflow/inputs.ts';
import { installTensorflow } from '../../../support/tensorflow/installed.ts';
import { makeBase, openExternal } from '../../../support/tensorflow/served-models.ts';
import { reconfigure } from '../../../support/tensorflow/stand-in-config.ts';
import { StandIn } from '../../../support/tensorflow/stand-in.ts';
import { bridgeErrorOf } from '../../../support/bridge-error.ts';
import { knownError } from '../../../project/support/errors.ts';
import { allInMemory } from '../../support/all-in-memory.ts';

const tensorflow = await installTensorflow();
const signal = new AbortController().signal;
const limits = { callTimeoutMs: 30_000, retryMs: 300 };
const path = join(makeTempDir(), 'model');
cpSync(join(tensorflow.models, 'scale'), path, { recursive: true });
mkdirSync(join(path, 'assets.extra'));
const hiding = join(path, 'assets.extra', 'hides_metadata');
writeFileSync(hiding, '');
const bases = { fickle: makeBase({ 1: path }) };
const server = await StandIn.start(tensorflow, {});

test.after(async () => {
  await server.kill();
});

test('a model whose load fails once is loaded later, though the server has it as it was', async () => {
  const { serving } = await openExternal({ address: server.address, limits }, ['fickle']);
  const models = allInMemory(serving.tree, serving.load);
  try {
    await models.preload();
    await reconfigure(server, bases);
    await deadline(60_000, serving.awaitModel('fickle', 'latest', signal), 'the model');
    const error = await bridgeErrorOf(models.describe('fickle', 'latest'));
    assert.match(error.message, /"fickle".* was not available within 0.3 s: UNAVAILABLE \(metadata is hidden\)/);
    rmSync(hiding);
    const { handle } = await deadline(60_000, untilDescribed(), 'the later load');
    const [y] = await models.use(handle, (model) => model.predict([floats('x', [4])], signal));
    assert.equal(numbersOf(y), [8]);
  } finally {
    writeFileSync(hiding, '');
    await serving.close();
    await models.close();
  }

  async function untilDescribed(): ReturnType<typeof models.describe> {
    for (;;) {
      try {
        return await models.describe('fickle', 'latest');
      } catch {
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    }
  }
});

test('a start for which the server is not ready blames the server', async () => {
  const { serving } = await openExternal({ address: server.address, limits }, ['fickle']);
  const models = allInMemory(serving.tree, serving.load);
  const error = await knownError(models.preload(), 'PONS_ERR_MODELS_TENSORFLOW_SERVING_FAILED');
  assert.is(error.fault, 'system');
  await serving.close();
  await models.close();
});

test.run();
