import type { StartedProcess } from '../../../runtime/processes/start-process.ts';
import { copyFileSync, mkdirSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { codes } from '../../../bridge/node/codes.ts';
import type { Packet } from '../../../bridge/node/connection.ts';
import { BridgeError } from '../../../bridge/node/messages.ts';
import type { OnnxDescribeResult, OnnxEndedResult } from '../../../bridge/node/tensors.ts';
import { ModelProcesses } from '../../../runtime/models/onnx/model-processes.ts';
import { OnnxModel } from '../../../runtime/models/onnx/onnx-model.ts';
import { OnnxRelay } from '../../../runtime/models/onnx/onnx-relay.ts';
import { startModelProcess } from '../../../runtime/models/onnx/start-model-process.ts';
import { deadline } from '../../support/deadline.ts';
import { makeTempDir } from '../../support/temp-dir.ts';
import { allInMemory } from '../support/all-in-memory.ts';
import { openTree } from '../support/open-tree.ts';
import { bodyOf, filled, fixture, floats, floatsOf, NEVER, OPTIONS, outputsOf } from './fixture.ts';

const MODIFIED_S = 1;

/** A relay with the model that `make_onnx.py` has made by that name, as version 2. */
async function openRelay(name: string, processes = new ModelProcesses()): Promise<OnnxRelay> {
  const projectRoot = makeTempDir();
  const folder = join(projectRoot, name, '2');
  mkdirSync(folder, { recursive: true });
  copyFileSync(fixture(name).path, join(folder, 'model.onnx'));
  utimesSync(join(folder, 'model.onnx'), MODIFIED_S, MODIFIED_S);
  const source = { kind: 'paths', paths: [{ name, path: name, signatureKey: null }] } as const;
  const tree = await openTree({ source, projectRoot });
  const models = allInMemory(tree, (model) => OnnxModel.load(processes, model, OPTIONS));
  return new OnnxRelay({ models, processes, isCaching: false, provider: 'cpu' });
}

/** Calls `act` with a relay, the number by which it knows its model, and the lane of that. */
async function withRelay(
  name: string,
  act: (relay: OnnxRelay, model: number, lane: string | null) => Promise<void>,
  processes?: ModelProcesses,
): Promise<void> {
  const relay = await openRelay(name, processes);
  try {
    await relay.ready;
    const { body } = await ask(relay, 'onnx/describe', { name, version: 'latest' });
    const { model, lane } = JSON.parse(body.toString()) as OnnxDescribeResult;
    await deadline(60_000, act(relay, model, lane), 'the test with the relay');
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
  await withRelay('pairs', async (relay, model) => {
    const described = await ask(relay, 'onnx/describe', { name: 'pairs', version: 'latest' });
    assert.is(described.value, null);
    assert.equal(JSON.parse(described.body.toString()), {
      model,
      name: 'pairs',
      version: '2',
      title: 'the model "pairs" (version 2)',
      inputs: [{ name: 'x', type: 'float32', shape: ['N', 2] }],
      outputs: [{ name: 'y', type: 'float32', shape: ['N', 2], map: null }],
      defaults: [],
      lane: null,
      providers: ['CPUExecutionProvider'],
    });
    const given = floats('x', [1, 2], [-1, 3]);
    const { value, body } = await ask(
      relay,
      'onnx/predict',
      { model, caller: 1, inputs: [given.tensor], outputs: null },
      given.bytes,
    );
    const { outputs } = value as { outputs: [] };
    assert.equal(outputs, [{ name: 'y', type: 'float32', shape: [1, 2], bytes: 8 }]);
    assert.equal(outputsOf({ outputs, body }).map(floatsOf), [[0, 3]]);
    const listed = await ask(relay, 'onnx/list', null);
    assert.is(listed.value, null);
    assert.equal(JSON.parse(listed.body.toString()), {
      models: { pairs: { versions: ['2'], timestamps: [MODIFIED_S] } },
      caching: false,
    });
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
    ['onnx/predict', { model: 7, inputs: [], outputs: null }, 'params.caller has to be a number'],
    ['onnx/predict', { model: 7, caller: 1, inputs: {}, outputs: null }, 'params.inputs has to be a list of tensors'],
    [
      'onnx/predict',
      { model: 7, caller: 1, inputs: [null], outputs: null },
      'params.inputs has to be a list of tensors',
    ],
    ['onnx/predict', { model: 7, caller: 1, inputs: [{ ...tensor, shape: ['1'] }], outputs: null }, 'params.inputs'],
    ['onnx/predict', { model: 7, caller: 1, inputs: [{ ...tensor, bytes: '8' }], outputs: null }, 'params.inputs'],
    [
      'onnx/predict',
      { model: 7, caller: 1, inputs: [], outputs: 'y' },
      'params.outputs has to be a list of names or null',
    ],
    [
      'onnx/predict',
      { model: 7, caller: 1, inputs: [], outputs: [1] },
      'params.outputs has to be a list of names or null',
    ],
    ['onnx/ended', { model: 7, lane: 7, caller: 1, id: 1 }, 'params.lane has to be a string'],
    ['onnx/ended', { model: 7, lane: '', caller: '1', id: 1 }, 'params.caller has to be a number'],
    ['onnx/ended', { model: 7, lane: '', caller: 1, id: '1' }, 'params.id has to be a number or null'],
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
  await withRelay('pairs', async (relay, model) => {
    assert.is((await errorOf(ask(relay, 'onnx/describe', { name: 'cats', version: '1' }))).code, codes.MODEL_UNUSABLE);
    assert.is(
      (await errorOf(ask(relay, 'onnx/predict', { model: model + 1, caller: 1, inputs: [], outputs: null }))).code,
      codes.MODEL_CHANGED,
    );
    assert.is(
      (await errorOf(ask(relay, 'onnx/predict', { model, caller: 1, inputs: [], outputs: null }))).code,
      codes.TENSOR_INVALID,
    );
  });
});

test('why a process has ended is told by its lane, also when the number of the model stands for nothing any more', async () => {
  let child: StartedProcess | undefined;
  const start = (lane: string | null) => (child = startModelProcess({ lane }));
  await withRelay(
    'pairs',
    async (relay, model, lane) => {
      const reasonOf = async (number: number, path: string | null): Promise<string | null> => {
        const { body } = await ask(relay, 'onnx/ended', { model: number, lane: path, caller: 1, id: null });
        return (JSON.parse(body.toString()) as OnnxEndedResult).reason;
      };
      assert.is(await reasonOf(model, lane), null);
      assert.is(await reasonOf(model + 1, lane), null);
      // Not waited for: the answer is.
      child?.kill('SIGKILL');
      assert.is(
        await reasonOf(model + 1, lane),
        'the process that ran the model was ended by SIGKILL, perhaps since memory ran out',
      );
      assert.match(
        (await reasonOf(model, lane)) ?? '',
        /that ran the model "pairs" \(version 2\) was ended by SIGKILL/,
      );
      assert.is(await reasonOf(model, '/another/lane'), null);
    },
    new ModelProcesses({ laneDir: makeTempDir(), start }),
  );
});

test('a cancelled predict is answered while its run goes on', async () => {
  await withRelay('slow', async (relay, model) => {
    const controller = new AbortController();
    const call = (rounds: bigint, signal: AbortSignal) => {
      const given = filled('rounds', 'int64', [], BigInt64Array.of(rounds));
      const params = { model, caller: 1, inputs: [given.tensor], outputs: ['done'] };
      return ask(relay, 'onnx/predict', params, bodyOf([given]), signal);
    };
    let isOver = false;
    const long = call(600n, controller.signal);
    const next = call(1n, NEVER).finally(() => (isOver = true));
    controller.abort();
    assert.is(await long.catch((error: unknown) => error), controller.signal.reason);
    // The process takes one order after the other, so that the first has not ended while the second has not.
    assert.not.ok(isOver);
    await next;
  });
});

test('a start with a model that cannot be loaded fails with what is to be shown', async () => {
  const relay = await openRelay('sequence');
  try {
    await relay.ready;
    assert.unreachable();
  } catch (error) {
    assert.is((error as { code: unknown }).code, 'PONS_ERR_MODELS_TYPE_UNSERVABLE');
    assert.match(String(error), 'has the output "y" of type sequence of float32 tensor');
  } finally {
    await relay.close();
  }
});

test.run();
