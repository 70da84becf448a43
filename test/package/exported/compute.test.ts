import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { ComputeSpec, PredictorType } from '../../../runtime/config/spec.ts';
import { PONS_ROOM_BYTES, shareOf } from '../../../runtime/package/exported/compute.ts';
import { makeSpec } from '../../project/support/spec.ts';
import { planFull } from '../../support/package/full-project.ts';

const MIB = 1024 ** 2;

function sharesFor(type: PredictorType, compute: Partial<ComputeSpec>, models = { bytes: 0, count: 1 }) {
  const spec = makeSpec({ type });
  return shareOf({ ...spec, compute: { ...spec.compute, ...compute } }, models);
}

test('what predictors may use is not what Pons itself needs', () => {
  const { predictor } = sharesFor('python', { memBytes: 64 * MIB });
  assert.is(predictor.memory?.limitBytes, 64 * MIB + PONS_ROOM_BYTES);
  assert.is(sharesFor('python', {}).predictor.memory, null);
});

test('ONNX models, which Pons runs, have room by their size, and each a process, up to eight', () => {
  const limitOf = (bytes: number, count: number) =>
    sharesFor('onnx', { memBytes: 64 * MIB }, { bytes, count }).predictor.memory?.limitBytes ?? 0;
  assert.is(limitOf(100 * MIB, 1) - limitOf(0, 1), 200 * MIB);
  assert.equal(
    [0, 3, 8, 20].map((count) => (limitOf(0, count) - limitOf(0, 1)) / MIB),
    [0, 128, 448, 448],
  );
});

test('beside TensorFlow Serving half is set aside, and all that Pons lets predictors use may be used', () => {
  const { predictor, serving } = sharesFor('tensorflow', { cpuMillis: 301, memBytes: 100 * MIB, gpu: 2 });
  assert.equal([predictor.cpuMillis, serving.cpuMillis], [151, 150]);
  assert.equal(predictor.memory, {
    requestBytes: 50 * MIB + PONS_ROOM_BYTES,
    limitBytes: 100 * MIB + PONS_ROOM_BYTES,
  });
  assert.equal(serving.memory, { requestBytes: 50 * MIB, limitBytes: 100 * MIB });
  assert.equal([predictor.gpu, serving.gpu], [0, 2]);
});

test('the size of models is that of the files where they are, and of a bucket unknown, which is said', async () => {
  const yaml = (models: string) =>
    `- {name: a, kind: AsyncAPI, compute: {mem: 64Mi}, predictor: {type: onnx, path: p.py, models: ${models}}}\n`;
  const limitOf = async (models: string) => {
    const files = { 'p.py': '', 'm/a/1/a.onnx': 'x'.repeat(1000), 'mm/b.onnx': 'x', 'cortex.yaml': yaml(models) };
    const { apis, notices } = await planFull({}, files);
    return { bytes: (apis[0]?.shares.predictor.memory?.limitBytes ?? 0) - PONS_ROOM_BYTES - 128 * MIB, notices };
  };
  assert.equal(await limitOf('{dir: ./m/}'), { bytes: 2000, notices: [] });
  const several = '{paths: [{name: a, path: ./m/a/}, {name: b, path: ./mm/b.onnx}, {name: c, path: "s3://bucket/c/"}]}';
  assert.is((await limitOf(several)).bytes, 2002 + 2 * 64 * MIB);
  const { bytes, notices } = await limitOf('{path: "s3://bucket/m/"}');
  assert.is(bytes, 0);
  assert.match(notices.join(), /^a: how large its models in a bucket are/);
});

test.run();
