import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { codes } from '../../../bridge/node/codes.ts';
import type { Packet } from '../../../bridge/node/connection.ts';
import { BridgeError } from '../../../bridge/node/messages.ts';
import type { ModelsInMemory } from '../../../runtime/models/models-in-memory.ts';
import { asKnownError } from '../../../runtime/models/load-failure.ts';
import { ModelError } from '../../../runtime/models/model-error.ts';
import { ModelThreads } from '../../../runtime/models/onnx/model-threads.ts';
import { OnnxModel } from '../../../runtime/models/onnx/onnx-model.ts';
import { OnnxRelay } from '../../../runtime/models/onnx/onnx-relay.ts';
import { deadline } from '../../support/deadline.ts';
import { bodyOf, filled, fixture, floats, floatsOf, NEVER, OPTIONS, outputsOf } from './fixture.ts';

/** The smallest that does what `ModelsInMemory` owes: one model, loaded at the start. */
class OneModel implements ModelsInMemory<OnnxModel> {
  #model: OnnxModel | null = null;
  readonly #threads: ModelThreads;
  readonly #name: string;

  constructor(threads: ModelThreads, name: string) {
    this.#threads = threads;
    this.#name = name;
  }

  async preload() {
    try {
      this.#model = await OnnxModel.load(this.#threads, fixture(this.#name), OPTIONS);
    } catch (error) {
      throw asKnownError(error);
    }
  }

  describe(name: string | null) {
    if (name !== this.#name || this.#model === null)
      return Promise.reject(new ModelError('MODEL_UNUSABLE', 'no such model'));
    return Promise.resolve({ handle: 7, version: fixture(this.#name), model: this.#model });
  }

  use<T>(handle: number, act: (model: OnnxModel) => Promise<T>) {
    if (handle !== 7 || this.#model === null) return Promise.reject(new ModelError('MODEL_CHANGED', 'it changed'));
    return act(this.#model);
  }

  list() {
    return { [this.#name]: { versions: ['2'], timestamps: [1] } };
  }

  async close() {
    await this.#model?.release();
  }
}

async function withRelay(name: string, act: (relay: OnnxRelay) => Promise<void>): Promise<void> {
  const threads = new ModelThreads();
  const relay = new OnnxRelay({ models: new OneModel(threads, name), threads, isCaching: false, provider: 'cpu' });
  try {
    await relay.ready;
    await deadline(60_000, act(relay), 'the test with the relay');
  } finally {
    await relay.close();
  }
}

function ask(
  relay: OnnxRelay,
  method: string,
  value: unknown,
  body: Buffer = Buffer.alloc(0),
  signal = NEVER,
): Promise<Packet> {
  return relay.answer(method, { value, body }, signal);
}

async function errorOf(asked: Promise<unknown>): Promise<BridgeError> {
  try {
    await asked;
  } catch (error) {
    assert.instance(error, BridgeError);
    return error as BridgeError;
  }
  throw new Error('it was not rejected');
}

test('a model is described, called by the number that this gave, and listed', async () => {
  await withRelay('pairs', async (relay) => {
    const described = await ask(relay, 'onnx/describe', { name: 'pairs', version: 'latest' });
    assert.equal(described.value, {
      model: 7,
      name: 'pairs',
      version: '2',
      title: 'the model "pairs" (version 2)',
      inputs: [{ name: 'x', type: 'float32', shape: ['N', 2], map: null }],
      outputs: [{ name: 'y', type: 'float32', shape: ['N', 2], map: null }],
      defaults: [],
      providers: ['CPUExecutionProvider'],
    });
    const given = floats('x', [1, 2], [-1, 3]);
    const { value, body } = await ask(
      relay,
      'onnx/predict',
      { model: 7, inputs: [given.tensor], outputs: null },
      given.bytes,
    );
    const { outputs } = value as { outputs: [] };
    assert.equal(outputs, [{ name: 'y', type: 'float32', shape: [1, 2], bytes: 8 }]);
    assert.equal(outputsOf({ outputs, body }).map(floatsOf), [[0, 3]]);
    const listed = await ask(relay, 'onnx/list', null);
    assert.equal(listed.value, { models: { pairs: { versions: ['2'], timestamps: [1] } }, caching: false });
  });
});

test('wrong params are refused by the key that is wrong, an unknown method by its name', async () => {
  const tensor = floats('x', [1, 2], [1, 2]).tensor;
  const wrong: readonly (readonly [method: string, params: unknown, told: string])[] = [
    ['onnx/describe', null, 'params has to be an object'],
    ['onnx/describe', { name: 3, version: 'latest' }, 'params.name has to be a string or null'],
    ['onnx/describe', { name: null, version: 3 }, 'params.version has to be "latest" or digits'],
    ['onnx/describe', { name: null, version: '-1' }, 'params.version has to be "latest" or digits'],
    ['onnx/predict', { model: '7', inputs: [], outputs: null }, 'params.model has to be a number'],
    ['onnx/predict', { model: 7, inputs: {}, outputs: null }, 'params.inputs has to be a list of tensors'],
    ['onnx/predict', { model: 7, inputs: [null], outputs: null }, 'params.inputs has to be a list of tensors'],
    ['onnx/predict', { model: 7, inputs: [{ ...tensor, shape: ['1'] }], outputs: null }, 'params.inputs'],
    ['onnx/predict', { model: 7, inputs: [{ ...tensor, bytes: '8' }], outputs: null }, 'params.inputs'],
    ['onnx/predict', { model: 7, inputs: [], outputs: 'y' }, 'params.outputs has to be a list of names or null'],
    ['onnx/predict', { model: 7, inputs: [], outputs: [1] }, 'params.outputs has to be a list of names or null'],
  ];
  await withRelay('pairs', async (relay) => {
    for (const [method, params, told] of wrong) {
      const error = await errorOf(ask(relay, method, params));
      assert.is(error.code, codes.INVALID_PARAMS);
      assert.match(error.message, told);
    }
    assert.is((await errorOf(ask(relay, 'onnx/train', null))).code, codes.METHOD_NOT_FOUND);
  });
});

test('what the models and the tensors are to blame for is told with its own code', async () => {
  await withRelay('pairs', async (relay) => {
    assert.is((await errorOf(ask(relay, 'onnx/describe', { name: 'cats', version: '1' }))).code, codes.MODEL_UNUSABLE);
    assert.is(
      (await errorOf(ask(relay, 'onnx/predict', { model: 6, inputs: [], outputs: null }))).code,
      codes.MODEL_CHANGED,
    );
    assert.is(
      (await errorOf(ask(relay, 'onnx/predict', { model: 7, inputs: [], outputs: null }))).code,
      codes.TENSOR_INVALID,
    );
  });
});

test('a cancelled predict is answered while its run goes on', async () => {
  await withRelay('slow', async (relay) => {
    const controller = new AbortController();
    const call = (rounds: bigint, signal: AbortSignal) => {
      const given = filled('rounds', 'int64', [], BigInt64Array.of(rounds));
      const params = { model: 7, inputs: [given.tensor], outputs: ['done'] };
      return ask(relay, 'onnx/predict', params, bodyOf([given]), signal);
    };
    let isOver = false;
    const long = call(600n, controller.signal);
    const next = call(1n, NEVER).finally(() => (isOver = true));
    controller.abort();
    assert.is((await errorOf(long)).code, codes.CANCELLED);
    // The thread takes one order after the other, so that the first has not ended while the second has not.
    assert.not.ok(isOver);
    await next;
  });
});

test('a start with a model that cannot be loaded fails with what is to be shown', async () => {
  const threads = new ModelThreads();
  const relay = new OnnxRelay({
    models: new OneModel(threads, 'sequence'),
    threads,
    isCaching: false,
    provider: 'cpu',
  });
  try {
    await relay.ready;
    assert.unreachable();
  } catch (error) {
    assert.is((error as { code: unknown }).code, 'PONS_ERR_MODELS_UNLOADABLE');
    assert.match(String(error), 'has the output "y" of type sequence of float32 tensor');
  } finally {
    await relay.close();
  }
});

test.run();
