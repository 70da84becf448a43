import { readFileSync, writeFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { codes } from '../../../bridge/node/codes.ts';
import { KnownError } from '../../../runtime/errors/known-error.ts';
import { ModelError } from '../../../runtime/models/model-error.ts';
import type { LocalModel } from '../../../runtime/models/model-version.ts';
import type { SessionOptions } from '../../../runtime/models/onnx/exchange.ts';
import type { ModelProcesses } from '../../../runtime/models/onnx/model-processes.ts';
import { OnnxModel } from '../../../runtime/models/onnx/onnx-model.ts';
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
  const told = {
    'unknown-operator': 'No Op registered for Frobnicate',
    'late-opset': 'Opset 999 is under development',
    sequence: 'has the output "y" of type sequence of float32 tensor, which onnxruntime-node cannot pass on',
    optional: 'has the input "x" of type optional of int64 tensor, which onnxruntime-node cannot pass on',
  };
  await withProcesses(async (processes) => {
    for (const [name, what] of Object.entries(told)) {
      const { message } = await refusal(processes, fixture(name));
      assert.match(message, what);
      assert.not.match(message, /\n|onnxruntime_src|\.\.$/);
    }
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
