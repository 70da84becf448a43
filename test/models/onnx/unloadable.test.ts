import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { codes } from '../../../bridge/node/codes.ts';
import { KnownError } from '../../../runtime/errors/known-error.ts';
import { ModelError } from '../../../runtime/models/model-error.ts';
import type { LocalModel } from '../../../runtime/models/model-version.ts';
import type { SessionOptions } from '../../../runtime/models/onnx/exchange.ts';
import type { ModelProcesses } from '../../../runtime/models/onnx/model-processes.ts';
import { OnnxModel } from '../../../runtime/models/onnx/onnx-model.ts';
import { integer, nest } from '../../../runtime/models/protobuf/writer.ts';
import { notRun } from '../../support/not-run.ts';
import { makeTempDir } from '../../support/temp-dir.ts';
import { at, fixture, floats, OPTIONS, run, withProcesses } from './fixture.ts';

async function refusal(
  processes: ModelProcesses,
  model: LocalModel,
  options: SessionOptions = OPTIONS,
): Promise<{ code: number; message: string; known: KnownError }> {
  try {
    await OnnxModel.load(processes, model, options);
  } catch (error) {
    assert.instance(error, ModelError);
    const { code, message, cause } = error as ModelError;
    assert.instance(cause, KnownError);
    return { code, message, known: cause as KnownError };
  }
  throw new Error('it was not rejected');
}

/** A model of nothing but one output. */
function modelWithOutput(type: Buffer): Buffer {
  return nest(7, nest(12, Buffer.concat([nest(1, Buffer.from('y')), nest(2, type)])));
}

/** A model that makes texts lower-case by the rules of a locale, as skl2onnx exports those that read texts. Source: onnx.proto3 */
function normalizer(locale: string): Buffer {
  const text = (field: number, value: string): Buffer => nest(field, Buffer.from(value));
  const fields = (...all: Buffer[]): Buffer => Buffer.concat(all);
  const attribute = (name: string, value: string): Buffer =>
    nest(5, fields(text(1, name), text(4, value), integer(20, 3)));
  const texts = (field: number, name: string): Buffer =>
    nest(field, fields(text(1, name), nest(2, nest(1, fields(integer(1, 8), nest(2, nest(1, text(2, 'n'))))))));
  const attributes = [attribute('case_change_action', 'LOWER'), attribute('locale', locale)];
  const node = nest(1, fields(text(1, 'x'), text(2, 'y'), text(4, 'StringNormalizer'), ...attributes));
  const graph = nest(7, fields(node, text(2, 'normalizer'), texts(11, 'x'), texts(12, 'y')));
  return fields(integer(1, 7), nest(8, integer(2, 13)), graph);
}

const whole = readFileSync(fixture('classifier-int').path);
/** What a file holds, and what is told of it behind its path. */
const BROKEN: readonly (readonly [content: Buffer, told: string])[] = [
  [Buffer.alloc(0), 'it is empty'],
  [Buffer.from('PK\u0003\u0004 an archive'), 'it is not an ONNX model: byte 2 begins no field of one'],
  [Buffer.from('{"format": "json"}'), 'it is not an ONNX model: byte 0 begins no field of one'],
  [Buffer.from([0x08, 0x08]), 'it is not an ONNX model: it has no graph'],
  [Buffer.from([0x3a, 0, 0x3a, 0]), 'it is not an ONNX model: a second graph begins at byte 2'],
  [Buffer.alloc(20, 0xff), 'it is not an ONNX model: the number that ends at byte 10 is too long'],
  [Buffer.from([0x3a, 3, 0x62, 5, 0]), 'it is cut off at byte 5: what begins at byte 4 has 5 bytes'],
  [whole.subarray(0, -1), `it is cut off at byte ${whole.length - 1}`],
  [Buffer.concat([whole.subarray(0, 100), whole.subarray(200)]), 'it is'],
];

test('a file that is no whole model is refused by its path and the place in it, and the process serves on', async () => {
  const folder = makeTempDir();
  await withProcesses(async (processes) => {
    for (const [index, [content, told]] of BROKEN.entries()) {
      const path = `${folder}/broken-${index}.onnx`;
      writeFileSync(path, content);
      const { code, message, known } = await refusal(processes, at(path, 'iris'));
      assert.is(code, codes.MODEL_UNUSABLE);
      assert.is(known.code, 'PONS_ERR_MODELS_UNLOADABLE');
      assert.is(known.message, message);
      assert.match(message, `${path} cannot be served as the model "iris" (version 2): ${told}`);
    }
    const model = await OnnxModel.load(processes, fixture('pairs'), OPTIONS);
    assert.is((await run(model, [floats('x', [1, 2], [1, 2])])).outputs.length, 1);
  });
});

test('a model from a bucket is named by its place there', async () => {
  const path = `${makeTempDir()}/x.onnx`;
  writeFileSync(path, '');
  await withProcesses(async (processes) => {
    const { message } = await refusal(processes, { ...at(path), shown: 's3://bucket/iris/2/x.onnx' });
    assert.match(message, /^s3:\/\/bucket\/iris\/2\/x\.onnx cannot be served as /);
    assert.not.match(message, path);
  });
});

test('a model that the library cannot run, or whose values cannot be passed on, is refused by what is wrong with it', async () => {
  const bfloat16 = `${makeTempDir()}/bfloat16.onnx`;
  writeFileSync(bfloat16, modelWithOutput(nest(1, integer(1, 16))));
  const unloadable = 'PONS_ERR_MODELS_UNLOADABLE';
  const ofType = 'PONS_ERR_MODELS_TYPE_UNSERVABLE';
  const told: readonly (readonly [LocalModel, what: string, code: string])[] = [
    [fixture('unknown-operator'), 'No Op registered for Frobnicate', unloadable],
    [fixture('late-opset'), 'Opset 999 is under development', unloadable],
    [
      fixture('sequence'),
      'it has the output "y" of type sequence of float32 tensor, which onnxruntime-node cannot pass on',
      ofType,
    ],
    [
      fixture('optional'),
      'it has the input "x" of type optional of int64 tensor, which onnxruntime-node cannot pass on',
      ofType,
    ],
    [at(bfloat16), 'it has the output "y" of type bfloat16, which onnxruntime-node cannot pass on', ofType],
  ];
  await withProcesses(async (processes) => {
    for (const [model, what, code] of told) {
      const { message, known } = await refusal(processes, model);
      assert.match(message, what);
      assert.is(known.code, code);
      assert.not.match(message, /\n|onnxruntime_src|\.\.$/);
    }
  });
});

test('a model without the file that holds its tensors is told by that file, and is there once the file is', async () => {
  const folder = makeTempDir();
  copyFileSync(fixture('external').path, `${folder}/model.onnx`);
  const data = join(dirname(fixture('external').path), 'external.data');
  await withProcesses(async (processes) => {
    const { message, known } = await refusal(processes, at(`${folder}/model.onnx`, 'iris'));
    assert.is(known.code, 'PONS_ERR_MODELS_DATA_MISSING');
    assert.is(
      message,
      `${folder}/model.onnx cannot be served as the model "iris" (version 2): the file external.data beside it, which holds its tensors, is missing.`,
    );
    copyFileSync(data, `${folder}/external.data`);
    await OnnxModel.load(processes, at(`${folder}/model.onnx`), OPTIONS);
    writeFileSync(`${folder}/external.data`, '');
    assert.is((await refusal(processes, at(`${folder}/model.onnx`))).known.code, 'PONS_ERR_MODELS_DATA_UNUSABLE');
  });
});

test('a model whose data lies outside of its folder is not blamed for its operators', async () => {
  const folder = makeTempDir();
  const inside = readFileSync(fixture('external').path);
  // As long as the name that it takes the place of.
  const outside = Buffer.from(inside.toString('latin1').replace('external.data', '../../../data'), 'latin1');
  writeFileSync(`${folder}/model.onnx`, outside);
  await withProcesses(async (processes) => {
    const { message, known } = await refusal(processes, at(`${folder}/model.onnx`));
    assert.is(known.code, 'PONS_ERR_MODELS_DATA_UNUSABLE');
    assert.match(message, 'External data path');
  });
});

test('a machine that lacks the locale of a model is blamed for that, and the model is not', async () => {
  const path = `${makeTempDir()}/text.onnx`;
  writeFileSync(path, normalizer('xx_XX'));
  await withProcesses(async (processes) => {
    const { message, known } = await refusal(processes, at(path, 'text'));
    assert.is(known.code, 'PONS_ERR_MODELS_LOCALE');
    assert.is(
      message,
      `${path} cannot be served as the model "text" (version 2): it needs the locale xx_XX, which this machine does not have.`,
    );
    writeFileSync(path, normalizer('C'));
    await OnnxModel.load(processes, at(path), OPTIONS);
  });
});

test('a file that cannot be read is told as that, and not blamed for what it holds', async () => {
  await withProcesses(async (processes) => {
    const path = `${makeTempDir()}/nothing.onnx`;
    const { message, known } = await refusal(processes, at(path, '_cortex_default'));
    assert.is(message, `The model files at ${path} cannot be read (no such file or directory).`);
    assert.is(known.code, 'PONS_ERR_MODELS_UNREADABLE');
  });
});

test('an execution provider that cannot be used here is told, and the processor is', async () => {
  await withProcesses(async (processes) => {
    try {
      await OnnxModel.load(processes, fixture('pairs'), { threads: 1, provider: 'cuda' });
      notRun('GPU: CUDA can be used on this machine');
    } catch (error) {
      const known = (error as ModelError).cause as KnownError;
      assert.is(known.code, 'PONS_ERR_MODELS_PROVIDER');
      assert.match(known.message, 'The execution provider cuda of onnxruntime cannot be used on this machine');
    }
    await OnnxModel.load(processes, fixture('pairs'), { threads: 2, provider: 'cpu' });
  });
});

test.run();
