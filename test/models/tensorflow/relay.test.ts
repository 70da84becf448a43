import { cpSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { codes } from '../../../bridge/node/codes.ts';
import type { Packet } from '../../../bridge/node/connection.ts';
import type { TensorflowDescribeResult, TensorflowListResult } from '../../../bridge/node/tensors.ts';
import { TensorflowRelay } from '../../../runtime/models/tensorflow/relay.ts';
import { packTensors, unpackTensors } from '../../../bridge/node/tensor-body.ts';
import { knownError } from '../../project/support/errors.ts';
import { bridgeErrorOf } from '../../support/bridge-error.ts';
import { deadline } from '../../support/deadline.ts';
import { makeTempDir } from '../../support/temp-dir.ts';
import { floats, numbersOf, rounds } from '../../support/tensorflow/inputs.ts';
import { installTensorflow } from '../../support/tensorflow/installed.ts';
import { startOwnServing } from '../../support/tensorflow/own-serving.ts';
import { allInMemory } from '../support/all-in-memory.ts';
import { openTree } from '../support/open-tree.ts';

const tensorflow = await installTensorflow();
const EMPTY: Buffer = Buffer.alloc(0);

/** A relay with SavedModels of `make_models.py`, as the folders of `models.dir`. */
async function openRelay(...names: readonly string[]): Promise<TensorflowRelay> {
  const projectRoot = makeTempDir();
  mkdirSync(join(projectRoot, 'models'));
  for (const name of names) symlinkSync(join(tensorflow.models, name), join(projectRoot, 'models', name));
  const tree = await openTree({ source: { kind: 'dir', dir: 'models' }, type: 'tensorflow', projectRoot });
  const { serving } = started;
  return new TensorflowRelay({ serving, isCaching: false, openModels: (load) => allInMemory(tree, load) });
}

const started = await startOwnServing(tensorflow, {
  signatureKeyOf: (name) => (name === 'several' ? 'explain' : null),
});
const relay = await openRelay('iris', 'scale', 'heavy', 'several');
await relay.ready;

test.after(async () => {
  await relay.close();
  await started.close();
});

async function ask(
  method: string,
  value: unknown,
  body = EMPTY,
  signal = new AbortController().signal,
): Promise<Packet> {
  return await relay.answer(method, { value, body }, signal);
}

function missing(): never {
  throw new Error('it is not listed');
}

function bodyOf({ value, body }: Packet): unknown {
  assert.is(value, null);
  return JSON.parse(body.toString());
}

async function describe(name: string, version = 'latest'): Promise<TensorflowDescribeResult> {
  return bodyOf(await ask('tensorflow/describe', { name, version })) as TensorflowDescribeResult;
}

test('a model is described by the version that was asked for and its signature', async () => {
  const described = await describe('iris');
  assert.equal(described, {
    model: described.model,
    name: 'iris',
    version: '2',
    title: 'the model "iris" (version 2)',
    inputs: [{ name: 'features', type: 'float32', shape: [null, 4] }],
    outputs: [
      { name: 'class_ids', type: 'int64', shape: [null] },
      { name: 'probabilities', type: 'float32', shape: [null, 3] },
    ],
  });
  const first = await describe('iris', '1');
  assert.is(first.version, '1');
  assert.is.not(first.model, described.model);
});

test('a model with several signatures is called by the one that the configuration names', async () => {
  const { model } = await describe('several');
  const { tensors, body } = packTensors([floats('x', [5])]);
  const answer = await ask('tensorflow/predict', { model, inputs: tensors }, body);
  assert.equal(numbersOf(unpackTensors((answer.value as { outputs: [] }).outputs, answer.body)[0]), [15]);
});

test('outputs come with their parts of the body, each at a multiple of 8', async () => {
  const { model } = await describe('iris');
  const { tensors, body } = packTensors([floats('features', [0, 5, 0, 0, 0, 0, 5, 0, 0, 5, 0, 0], [3, 4])]);
  const { value, body: answered } = await ask('tensorflow/predict', { model, inputs: tensors }, body);
  assert.equal(value, {
    outputs: [
      { name: 'class_ids', type: 'int64', shape: [3], bytes: 24 },
      { name: 'probabilities', type: 'float32', shape: [3, 3], bytes: 36 },
    ],
  });
  assert.equal(
    [0, 8, 16].map((at) => answered.readBigInt64LE(at)),
    [1n, 2n, 1n],
  );
  assert.is(answered.length, 60);
});

test('all models are listed with their signatures', async () => {
  const { models } = bodyOf(await ask('tensorflow/list', null)) as TensorflowListResult;
  assert.equal(Object.keys(models), ['heavy-1', 'iris-1', 'iris-2', 'scale-1', 'several-1']);
  const { diskPath, signatureKey, signatures, timestamp } = models['several-1'] ?? missing();
  assert.match(diskPath, /^\/.*\/models\/several$/);
  assert.is(signatureKey, 'explain');
  assert.equal(Object.keys(signatures), ['classify', 'explain']);
  assert.is(signatures['classify']?.methodName, 'tensorflow/serving/predict');
  assert.ok(timestamp > 0 && timestamp <= Date.now() / 1000);
});

test('a body that is shorter than its tensors is refused', async () => {
  const { model } = await describe('scale');
  const inputs = [{ name: 'x', type: 'float32', shape: [2], bytes: 8 }];
  const error = await bridgeErrorOf(ask('tensorflow/predict', { model, inputs }, Buffer.alloc(4)));
  assert.is(error.code, codes.INVALID_PARAMS);
});

test('a method of others is not known', async () => {
  assert.is((await bridgeErrorOf(ask('onnx/list', null))).code, codes.METHOD_NOT_FOUND);
});

test('a request that is cancelled ends at once', async () => {
  const { model } = await describe('heavy');
  const { tensors, body } = packTensors([rounds(100_000)]);
  const controller = new AbortController();
  const call = ask('tensorflow/predict', { model, inputs: tensors }, body, controller.signal);
  setTimeout(() => {
    controller.abort();
  }, 10);
  const outcome = await deadline(
    60_000,
    call.catch((error: unknown) => error),
    'the cancelled request',
  );
  assert.is(outcome, controller.signal.reason);
});

test('a model that cannot be called keeps the relay from being ready', async () => {
  const other = await openRelay('no-signatures');
  const error = await knownError(other.ready, 'PONS_ERR_MODELS_NOT_LOADED');
  assert.match(
    error.message,
    /^the model "no-signatures" \(version 1\) at .* is a SavedModel without a signature to serve/,
  );
});

test('a relay that is closed while a version is loaded ends at once, and tells of no failure', async () => {
  const own = await startOwnServing(tensorflow);
  const projectRoot = makeTempDir();
  const models = join(projectRoot, 'models');
  cpSync(join(tensorflow.models, 'scale'), join(models, 'scale', '1'), { recursive: true });
  const tree = await openTree({ source: { kind: 'dir', dir: 'models' }, type: 'tensorflow', projectRoot });
  const logged: string[] = [];
  const { serving } = own;
  const openModels = (load: typeof serving.load) => allInMemory(tree, load, logged);
  const busy = new TensorflowRelay({ serving, isCaching: false, openModels });
  await busy.ready;
  const slow = join(makeTempDir(), 'slow');
  cpSync(join(tensorflow.models, 'scale'), slow, { recursive: true });
  mkdirSync(join(slow, 'assets.extra'));
  writeFileSync(join(slow, 'assets.extra', 'load_delay'), '600');
  symlinkSync(slow, join(models, 'scale', '2'));
  const untilLoading = async (): Promise<void> => {
    while (readdirSync(join(own.folder, 'models')).length < 2) await new Promise((resolve) => setTimeout(resolve, 20));
  };
  await deadline(60_000, untilLoading(), 'the load');
  await deadline(60_000, busy.close(), 'the end');
  assert.equal(logged, []);
  await own.close();
});

test.run();
