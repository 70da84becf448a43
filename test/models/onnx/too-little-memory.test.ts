import { readFileSync, writeFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { KnownError } from '../../../runtime/errors/known-error.ts';
import { ModelError } from '../../../runtime/models/model-error.ts';
import { OnnxModel } from '../../../runtime/models/onnx/onnx-model.ts';
import { notRun } from '../../support/not-run.ts';
import { makeTempDir } from '../../support/temp-dir.ts';
import { at, fixture, OPTIONS } from './fixture.ts';
import { withMeasured } from './measured.ts';

const MB = 1024 * 1024;
const NOTE_BYTES = 256 * MB;
/** Field 6 of a `ModelProto`, a text about it. Source: onnx.proto3 */
const DOC_STRING = 0x32;

/** What `from` names, which is large by a text that goes with it. */
function largeModel(from: string): string {
  const path = `${makeTempDir()}/large.onnx`;
  const length = [0, 7, 14, 21, 28].map((shift, at, all) =>
    at === all.length - 1 ? NOTE_BYTES >> shift : ((NOTE_BYTES >> shift) & 0x7f) | 0x80,
  );
  const model = readFileSync(fixture(from).path);
  writeFileSync(path, Buffer.concat([model, Buffer.from([DOC_STRING, ...length]), Buffer.alloc(NOTE_BYTES, ' ')]));
  return path;
}

for (const [what, from] of [
  ['a model', 'pairs'],
  ['a classifier, which is copied in memory before it is loaded,', 'classifier-int'],
] as const) {
  test(`${what} that finds too little memory is not blamed for it, and loads when there is more`, async () => {
    if (process.platform !== 'linux') {
      notRun('macOS: the memory of a process cannot be limited from outside');
      return;
    }
    const path = largeModel(from);
    await withMeasured(async (processes, { addressedBytes, limit }) => {
      await OnnxModel.load(processes, fixture(from), OPTIONS);
      limit(`--as=${addressedBytes() + 100 * MB}:`);
      try {
        await OnnxModel.load(processes, at(path), OPTIONS);
        assert.unreachable();
      } catch (error) {
        assert.instance(error, ModelError);
        const { code, message } = (error as ModelError).cause as KnownError;
        assert.is(code, 'PONS_ERR_MODELS_UNREADABLE');
        assert.is(message, `The model files at ${path} cannot be read (there is too little memory to load them).`);
      } finally {
        limit('--as=unlimited:');
      }
      await OnnxModel.load(processes, at(path), OPTIONS);
    });
  });
}

test('a process that finds too little memory for the library is ended, and the next one has it', async () => {
  if (process.platform !== 'linux') {
    notRun('macOS: the memory of a process cannot be limited from outside');
    return;
  }
  await withMeasured(async (processes, { addressedBytes, limit }) => {
    const { host, leave } = processes.place();
    // Of a session that there is not: the process is there when this is answered.
    await host.release(99);
    leave();
    limit(`--as=${addressedBytes() + 20 * MB}:`);
    const error = await OnnxModel.load(processes, fixture('pairs'), OPTIONS).catch((caught: unknown) => caught);
    assert.instance(error, ModelError);
    const { code, message } = (error as ModelError).cause as KnownError;
    assert.is(code, 'PONS_ERR_MODELS_LIBRARY');
    assert.match(message, /^onnxruntime cannot be loaded \(.*\), and without it no ONNX model\.$/);
    await OnnxModel.load(processes, fixture('pairs'), OPTIONS);
    assert.is(host.deaths, 1);
  });
});

test('a model for whose threads there is too little memory is not blamed for it', async () => {
  if (process.platform !== 'linux') {
    notRun('macOS: the memory of a process cannot be limited from outside');
    return;
  }
  await withMeasured(async (processes, { addressedBytes, limit }) => {
    await OnnxModel.load(processes, fixture('pairs'), OPTIONS);
    // Less than the stack of a thread takes.
    limit(`--as=${addressedBytes() + 4 * MB}:`);
    const loading = OnnxModel.load(processes, fixture('times-2'), { ...OPTIONS, threads: 2 });
    const error = await loading.catch((caught: unknown) => caught);
    assert.instance(error, ModelError);
    const { code, message } = (error as ModelError).cause as KnownError;
    assert.is(code, 'PONS_ERR_MACHINE_NO_MEMORY');
    assert.match(message, 'A thread for the model "times-2" (version 2) could not be started');
    limit('--as=unlimited:');
    await OnnxModel.load(processes, fixture('times-2'), { ...OPTIONS, threads: 2 });
  });
});

test.run();
