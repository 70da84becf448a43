import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { codes } from '../../../bridge/node/codes.ts';
import type { Tensor } from '../../../bridge/node/tensors.ts';
import { BridgeError } from '../../../bridge/node/messages.ts';
import type { OnnxModel } from '../../../runtime/models/onnx/onnx-model.ts';
import { filled, floats, floatsOf, NEVER, outputsOf, run, strings, withModel, type Filled } from './fixture.ts';

const GOOD = floats('x', [1, 2], [1, 2]);

async function rejection(act: Promise<unknown>, code: number): Promise<string> {
  try {
    await act;
  } catch (error) {
    assert.instance(error, BridgeError);
    assert.is((error as BridgeError).code, code);
    return (error as BridgeError).message;
  }
  throw new Error('it was not rejected');
}

async function assertLives(model: OnnxModel): Promise<void> {
  const [got] = outputsOf(await run(model, [GOOD]));
  assert.equal(got && floatsOf(got), [1, 2]);
}

const input = 'the input "x" of the model "pairs" (version 2)';
const WRONG: readonly (readonly [title: string, inputs: readonly Filled[], message: string])[] = [
  ['no input', [], 'the model "pairs" (version 2) needs the input "x", which was not given'],
  ['an unknown input', [GOOD, floats('z', [1], [1])], 'the model "pairs" (version 2) has no input "z"; it has "x"'],
  ['a name of every object', [floats('toString', [1], [1])], 'has no input "toString"'],
  ['an input twice', [GOOD, GOOD], `${input} was given twice`],
  ['another type', [filled('x', 'int32', [1, 2], Int32Array.of(1, 2))], `${input} is float32; got int32`],
  ['a type that there is not', [filled('x', 'float31' as 'float32', [1, 2], new Uint8Array(8))], 'got float31'],
  ['another rank', [floats('x', [2], [1, 2])], `${input} has the shape [N, 2]; got [2]`],
  ['another size', [floats('x', [1, 3], [1, 2, 3])], `${input} has the shape [N, 2]; got [1, 3]`],
  ['fewer bytes than the shape has', [floats('x', [2, 2], [1, 2])], 'takes 16 bytes with the shape [2, 2]; got 8'],
  ['more bytes than the shape has', [floats('x', [0, 2], [1, 2])], 'takes 0 bytes with the shape [0, 2]; got 8'],
];

test('whatever does not fit the model is told by model, input, expected and got, and the model lives on', async () => {
  await withModel('pairs', async (model) => {
    for (const [title, inputs, message] of WRONG) {
      assert.match(await rejection(run(model, inputs), codes.TENSOR_INVALID), message, title);
      await assertLives(model);
    }
  });
});

/** A tensor of which the bridge takes none. */
const NO_TENSORS: readonly Tensor[] = [
  ...[-1, 0.5, NaN, 2 ** 53].map((size) => ({ ...GOOD.tensor, shape: [size, 2] })),
  ...[-8, NaN, 2 ** 60].map((bytes) => ({ ...GOOD.tensor, bytes })),
];

test('sizes that are none are told', async () => {
  await withModel('pairs', async (model) => {
    for (const tensor of NO_TENSORS) {
      const message = await rejection(model.run([tensor], Buffer.alloc(8), null, NEVER), codes.INVALID_PARAMS);
      assert.match(message, 'inputs has to be a list of tensors');
    }
    await assertLives(model);
  });
});

test('a tensor that is not in the body is told', async () => {
  await withModel('pairs', async (model) => {
    const tensor: Tensor = { ...GOOD.tensor, bytes: 16 };
    await rejection(model.run([tensor], Buffer.alloc(8), null, NEVER), codes.TENSOR_INVALID);
    await assertLives(model);
  });
});

test('an output that there is not is told', async () => {
  await withModel('pairs', async (model) => {
    const message = await rejection(run(model, [GOOD], ['y', 'z']), codes.TENSOR_INVALID);
    assert.is(message, 'the model "pairs" (version 2) has no output "z"; it has "y"');
  });
});

test('ranks and sizes without a bound are told where the model leaves them open', async () => {
  await withModel('any-rank', async (model) => {
    const shapes = [new Array<number>(65).fill(1), new Array<number>(300_000).fill(1), [0, 2 ** 31]];
    for (const shape of shapes) {
      const given = floats('x', shape, shape.includes(0) ? [] : [1]);
      assert.match(await rejection(run(model, [given]), codes.TENSOR_INVALID), 'of up to 64 dimensions');
    }
    const [got] = outputsOf(await run(model, [floats('x', [0, 2 ** 31 - 1, 2 ** 31 - 1, 2 ** 31 - 1], [])]));
    assert.is(got?.tensor.bytes, 0);
  });
});

test('a boolean that is neither 0 nor 1 is told', async () => {
  await withModel('identity-bool', async (model) => {
    const message = await rejection(run(model, [filled('x', 'bool', [2], Uint8Array.of(1, 2))]), codes.TENSOR_INVALID);
    assert.match(message, 'is bool, whose bytes are 0 or 1; got another');
  });
});

test('strings that are cut off, overlong, no UTF-8 or with a zero character are told', async () => {
  await withModel('identity-string', async (model) => {
    const good = strings('x', [2], ['ab', 'c']).bytes;
    const broken = Buffer.from(good);
    broken[8] = 0xff;
    // Of one letter that takes two bytes each string has one.
    const cutLetter = Buffer.from('0100000001000000c3a9', 'hex');
    const cases: readonly (readonly [Buffer, string])[] = [
      [good.subarray(0, 7), 'needs 8 bytes for the lengths of 2 strings; got 7'],
      [good.subarray(0, -1), 'has a string 1 that ends at byte 11; got 10 bytes'],
      [Buffer.concat([good, Buffer.from('d')]), 'has strings of 11 bytes in all; got 12'],
      [broken, 'holds text that is not UTF-8'],
      [cutLetter, 'holds text that is not UTF-8'],
      [strings('x', [2], ['a\0b', 'c']).bytes, 'holds a string with a zero character'],
    ];
    for (const [bytes, message] of cases) {
      const found = await rejection(run(model, [filled('x', 'string', [2], bytes)]), codes.TENSOR_INVALID);
      assert.match(found, `the input "x" of the model "identity-string" (version 2) ${message}`);
    }
  });
});

test("a run that fails is told in the library's words, and the next one is served", async () => {
  await withModel('reshape', async (model) => {
    const shaped = (size: bigint) => [
      floats('x', [4], [1, 2, 3, 4]),
      filled('shape', 'int64', [1], BigInt64Array.of(size)),
    ];
    const message = await rejection(run(model, shaped(3n)), codes.MODEL_UNUSABLE);
    assert.match(
      message,
      /^the run of the model "reshape" \(version 2\) failed: .*cannot be reshaped to the requested shape/,
    );
    assert.not.match(message, /\n|onnxruntime_src/);
    assert.is((await run(model, shaped(4n))).outputs.length, 1);
  });
});

test.run();
