import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { codes } from '../../../bridge/node/codes.ts';
import type { TensorBytes } from '../../../bridge/node/tensor-body.ts';
import { bridgeErrorOf } from '../../support/bridge-error.ts';
import { deadline } from '../../support/deadline.ts';
import { floats, numbersOf } from '../../support/tensorflow/inputs.ts';
import { installTensorflow } from '../../support/tensorflow/installed.ts';
import { localModel } from '../../support/tensorflow/own-serving.ts';
import { basesOf, makeBase, openExternal } from '../../support/tensorflow/served-models.ts';
import { StandIn } from '../../support/tensorflow/stand-in.ts';
import { makeTempDir } from '../../support/temp-dir.ts';

const tensorflow = await installTensorflow();
const signal = new AbortController().signal;
const deadly = join(makeTempDir(), 'model');
cpSync(join(tensorflow.models, 'scale'), deadly, { recursive: true });
mkdirSync(join(deadly, 'assets.extra'));
writeFileSync(join(deadly, 'assets.extra', 'dies_on_predict'), '');
const names = ['scale', 'texts', 'iris'];
const server = await StandIn.start(tensorflow, {
  ...basesOf(tensorflow, ['scale', 'texts']),
  iris: join(tensorflow.models, 'iris'),
  deadly: makeBase({ 1: deadly }),
});
const place = `127.0.0.1:${server.address.port}`;
const limits = { callTimeoutMs: 20_000, retryMs: 400 };
const { serving } = await openExternal({ address: server.address, limits }, [...names, 'deadly']);

test.after(async () => {
  await serving.close();
  await server.kill();
});

async function predict(model: string, inputs: readonly TensorBytes[]): Promise<TensorBytes[]> {
  const loaded = await serving.load(localModel(model, model === 'iris' ? '2' : '1', ''));
  return await loaded.predict(inputs, signal);
}

test('20 MB in and 20 MB out arrive whole', async () => {
  const values = Array.from({ length: 5_000_000 }, (_, index) => index);
  const [y] = await predict('scale', [floats('x', values)]);
  assert.is(y?.bytes.length, 20_000_000);
  assert.is(y?.bytes.readFloatLE(4 * 4_999_999), Math.fround(4_999_999) * 2);
  assert.is(y?.bytes.readFloatLE(4 * 1234), 2468);
});

test('strings and scalars go in and out', async () => {
  const text = {
    name: 'text',
    type: 'string' as const,
    shape: [2],
    bytes: Buffer.from('\x02\0\0\0\x03\0\0\0ab\0cd', 'latin1'),
  };
  const times = {
    name: 'times',
    type: 'int64' as const,
    shape: [],
    bytes: Buffer.from(new BigInt64Array([2n]).buffer),
  };
  const [joined, length, repeated] = await predict('texts', [text, times]);
  assert.is(joined?.bytes.toString('latin1'), '\x05\0\0\0ab\0cd');
  assert.equal(joined?.shape, []);
  assert.equal(length?.bytes, Buffer.from(new Int32Array([2, 3]).buffer));
  assert.equal(repeated?.shape, [4]);
});

test('calls at the same time run beside each other, on one connection', async () => {
  const outputs = await Promise.all(Array.from({ length: 50 }, (_, index) => predict('scale', [floats('x', [index])])));
  assert.equal(
    outputs.map(([y]) => numbersOf(y)[0]),
    Array.from({ length: 50 }, (_, index) => 2 * index),
  );
});

const refused: readonly (readonly [what: string, model: string, inputs: TensorBytes[], says: RegExp])[] = [
  [
    'a wrong size',
    'iris',
    [floats('features', [1, 2, 3], [1, 3])],
    /Matrix size-incompatible: In\[0\]: \[1,3\], In\[1\]: \[4,3\]\)$/,
  ],
  // Some builds of TensorFlow add the shape, and some do not.
  ['a wrong rank', 'iris', [floats('features', [1, 2, 3, 4])], /In\[0\]/],
  [
    'a wrong type',
    'scale',
    [{ name: 'x', type: 'int32', shape: [1], bytes: Buffer.alloc(4) }],
    /Expects arg\[0\] to be float32 but int32 is provided/,
  ],
  ['a missing input', 'scale', [], /Missing but required: \{x\}/],
  ['an unknown input', 'scale', [floats('x', [1]), floats('z', [1])], /Sent extra: \{z\}/],
];

for (const [what, model, inputs, says] of refused) {
  test(`${what} is an error at once, in one sentence that names model, version and place`, async () => {
    const error = await bridgeErrorOf(predict(model, inputs));
    assert.is(error.code, codes.TENSOR_INVALID, error.message);
    const version = model === 'iris' ? '2' : '1';
    const start = `the model "${model}" (version ${version}) on ${place} refused its inputs: INVALID_ARGUMENT (`;
    assert.is(error.message.slice(0, start.length), start);
    assert.match(error.message, says);
    assert.not.match(error.message, /\{\{|\[\[|\n/);
  });
}

test('bytes that are not those of the shape are an error before anything is sent', async () => {
  const error = await bridgeErrorOf(predict('scale', [floats('x', [1, 2], [3])]));
  assert.is(error.code, codes.TENSOR_INVALID);
  assert.match(error.message, /"x" has 8 bytes; float32 of shape \[3\] takes 12/);
});

test('a call that is cancelled ends at once, and the server is free again', async () => {
  const controller = new AbortController();
  const reason = new Error('cancelled by the test');
  const model = await serving.load(localModel('scale', '1', ''));
  server.freeze();
  const call = model.predict([floats('x', [2])], controller.signal);
  setTimeout(() => {
    controller.abort(reason);
  }, 200);
  // Long before its time is up.
  const outcome = await deadline(
    limits.callTimeoutMs / 2,
    call.catch((error: unknown) => error),
    'the cancelled call',
  ).finally(() => {
    server.thaw();
  });
  assert.is(outcome, reason);
  assert.equal(numbersOf((await predict('scale', [floats('x', [1])]))[0]), [2]);
});

test('a call that takes longer than its time is an error that says so', async () => {
  const changing = { ...limits };
  const opened = await openExternal({ address: server.address, limits: changing }, ['scale']);
  const model = await opened.serving.load(localModel('scale', '1', ''));
  // Only now, since loads are calls too; and no machine is so fast that a server that stands still answers in time.
  changing.callTimeoutMs = 300;
  server.freeze();
  const error = await bridgeErrorOf(model.predict([floats('x', [1])], signal)).finally(() => {
    server.thaw();
  });
  assert.is(error.code, codes.MODEL_UNUSABLE);
  assert.match(
    error.message,
    /^the model "scale" \(version 1\) on 127.0.0.1:\d+ did not answer within 0.3 s: DEADLINE_EXCEEDED/,
  );
  await opened.serving.close();
});

test('a version that the server does not have is asked for until the time is up, and then an error', async () => {
  const startedAt = performance.now();
  const error = await bridgeErrorOf(serving.load(localModel('iris', '9', '')));
  assert.ok(performance.now() - startedAt > 150);
  assert.is(error.code, codes.MODEL_UNUSABLE);
  assert.match(
    error.message,
    /^the model "iris" \(version 9\) on 127.0.0.1:\d+ was not available within 0.4 s: NOT_FOUND/,
  );
});

test('a server that is gone is an error that names its address, the model and the status', async () => {
  const model = await serving.load(localModel('deadly', '1', ''));
  const lost = await bridgeErrorOf(model.predict([floats('x', [1])], signal));
  assert.is(lost.code, codes.MODEL_UNUSABLE);
  assert.match(
    lost.message,
    /^the model "deadly" \(version 1\) on 127.0.0.1:\d+ was not available within 0.4 s: UNAVAILABLE/,
  );
});

test.run();
