import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { codes } from '../../../bridge/node/codes.ts';
import type { TensorflowModel } from '../../../runtime/models/tensorflow/model.ts';
import { bridgeErrorOf } from '../../support/bridge-error.ts';
import { installTensorflow } from '../../support/tensorflow/installed.ts';
import { localModel } from '../../support/tensorflow/own-serving.ts';
import { basesOf, openExternal } from '../../support/tensorflow/served-models.ts';
import { StandIn } from '../../support/tensorflow/stand-in.ts';

const tensorflow = await installTensorflow();
const names = ['scale', 'texts', 'several', 'several-with-predict', 'several-with-ragged', 'no-signatures'];
const server = await StandIn.start(tensorflow, basesOf(tensorflow, names));
const place = `on 127.0.0.1:${server.address.port}`;

test.after(async () => {
  await server.kill();
});

async function load(name: string, signatureKey: string | null): Promise<TensorflowModel> {
  const { serving } = await openExternal({ address: server.address, signatureKeyOf: () => signatureKey }, [name]);
  try {
    return await serving.load(localModel(name, '1', ''));
  } finally {
    await serving.close();
  }
}

const chosen: readonly (readonly [what: string, model: string, wanted: string | null, key: string])[] = [
  ['the only signature is taken', 'scale', null, 'serving_default'],
  ['the only signature is taken when it is named, too', 'scale', 'serving_default', 'serving_default'],
  ['of several the one that is named is taken', 'several', 'explain', 'explain'],
  ['of several the one called predict is taken when none is named', 'several-with-predict', null, 'predict'],
  ['the one that is named goes before the one called predict', 'several-with-predict', 'explain', 'explain'],
];

for (const [what, model, wanted, key] of chosen) {
  test(what, async () => {
    assert.is((await load(model, wanted)).signatureKey, key);
  });
}

const refused: readonly (readonly [what: string, model: string, wanted: string | null, says: string])[] = [
  [
    'several signatures of which none is named',
    'several',
    null,
    'has several signatures; set signature_key to one of "classify", "explain"',
  ],
  [
    'a signature that the model has not',
    'several',
    'other',
    'has no signature "other", which signature_key names; it has "classify", "explain"',
  ],
  [
    'a model without signatures',
    'no-signatures',
    null,
    'is a SavedModel without a signature to serve; save it with one',
  ],
  [
    'a signature whose tensors have no values',
    'several-with-ragged',
    'variants',
    'has the signature "variants", but its tensor "x" is of a type without plain values (21), which cannot be sent',
  ],
];

for (const [what, model, wanted, says] of refused) {
  test(`${what}: an error that says so`, async () => {
    const error = await bridgeErrorOf(load(model, wanted));
    assert.is(error.code, codes.MODEL_UNUSABLE);
    assert.is(error.message, `the model "${model}" (version 1) ${place} ${says}`);
  });
}

test('a signature that cannot be sent does not stand in the way of the others', async () => {
  const model = await load('several-with-ragged', null);
  assert.equal(Object.keys(model.signatures), ['predict']);
});

test('the signature that initializes a model does not count', async () => {
  assert.equal(Object.keys((await load('several', 'classify')).signatures), ['classify', 'explain']);
});

test('dimensions that are unknown are null, and a scalar has none', async () => {
  const { inputs, outputs } = await load('texts', null);
  assert.equal(inputs, [
    { name: 'text', type: 'string', shape: [null] },
    { name: 'times', type: 'int64', shape: [] },
  ]);
  assert.equal(
    outputs.map(({ name }) => name),
    ['joined', 'length', 'repeated'],
  );
});

test.run();
