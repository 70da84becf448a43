import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { codes } from '../../../bridge/node/codes.ts';
import { LoadedModels } from '../../../runtime/models/loaded-models.ts';
import type { TensorflowModel } from '../../../runtime/models/tensorflow/model.ts';
import { TensorflowRelay } from '../../../runtime/models/tensorflow/relay.ts';
import type { TensorflowServing } from '../../../runtime/models/tensorflow/serving.ts';
import { bridgeErrorOf } from '../../support/bridge-error.ts';
import { deadline } from '../../support/deadline.ts';
import { makeTree } from '../../project/support/tree.ts';
import { listLogger, openTree } from '../support/open-tree.ts';

const EMPTY: Buffer = Buffer.alloc(0);
const files = {
  'm/saved_model.pb': '',
  'm/variables/variables.index': '',
  'm/variables/variables.data-00000-of-00001': '',
};

/** A relay over a server that never has its model loaded. */
async function withRelay(act: (relay: TensorflowRelay) => Promise<void>): Promise<void> {
  const source = { kind: 'path', path: 'm' } as const;
  const tree = await openTree({ source, type: 'tensorflow', projectRoot: makeTree(files) });
  let giveUp = (): void => undefined;
  const never = new Promise<TensorflowModel>((_, reject) => {
    giveUp = () => {
      reject(new Error('the server is stopped'));
    };
  });
  // In some tests nobody loads it.
  never.catch(() => undefined);
  const serving: TensorflowServing = {
    tree: null,
    load: () => never,
    awaitModel: () => Promise.resolve(),
    close: () => {
      giveUp();
      return Promise.resolve();
    },
  };
  const relay = new TensorflowRelay({
    serving,
    isCaching: true,
    openModels: (load) =>
      new LoadedModels({ tree, load, cacheSize: 1, diskCacheSize: 1, needsAll: false, logger: listLogger([]) }),
  });
  try {
    await deadline(60_000, act(relay), 'the test with the relay');
  } finally {
    await relay.close();
  }
}

const tensor = { name: 'x', type: 'float32', shape: [1], bytes: 4 };
const WRONG: readonly (readonly [method: string, params: unknown, told: string])[] = [
  ['describe', null, 'params has to be an object'],
  ['describe', { name: 3, version: 'latest' }, 'params.name has to be a string or null'],
  ['describe', { name: null, version: '-1' }, 'params.version has to be "latest" or digits'],
  ['predict', null, 'params has to be an object'],
  ['predict', { model: '7', inputs: [] }, 'params.model has to be a number'],
  ['predict', { model: 7, inputs: {} }, 'params.inputs has to be a list of tensors'],
  ['predict', { model: 7, inputs: [{ ...tensor, bytes: -4 }] }, 'params.inputs has to be a list of tensors'],
  ['predict', { model: 7, inputs: [{ ...tensor, bytes: 0.5 }] }, 'params.inputs has to be a list of tensors'],
  ['predict', { model: 7, inputs: [{ ...tensor, shape: [-1] }] }, 'params.inputs has to be a list of tensors'],
];

test('wrong params are refused by the key that is wrong', async () => {
  await withRelay(async (relay) => {
    for (const [method, value, told] of WRONG) {
      const signal = new AbortController().signal;
      const error = await bridgeErrorOf(relay.answer(`tensorflow/${method}`, { value, body: EMPTY }, signal));
      assert.is(error.code, codes.INVALID_PARAMS, error.message);
      assert.is(error.message, told);
    }
  });
});

test('a description that is cancelled ends at once, while its model is still loaded', async () => {
  await withRelay(async (relay) => {
    const controller = new AbortController();
    const value = { name: null, version: 'latest' };
    const asked = relay.answer('tensorflow/describe', { value, body: EMPTY }, controller.signal);
    controller.abort(new Error('cancelled by the test'));
    assert.is(await asked.catch((error: unknown) => error), controller.signal.reason);
  });
});

test.run();
