import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { ApiSpec } from '../../runtime/config/spec.ts';
import { baseImageOf } from '../../runtime/package/base-image.ts';

function baseOf(type: string, image: string | null, gpu = 0): string {
  const spec = { predictor: { type, image }, compute: { gpu } } as unknown as ApiSpec;
  const base = baseImageOf(spec, '1.2.3');
  return `${base.kind} ${base.reference}`;
}

for (const [type, image, gpu, expected] of [
  ['python', null, 0, 'ours pons/python-predictor-cpu:1.2.3'],
  ['python', null, 1, 'ours pons/python-predictor-gpu:1.2.3'],
  ['onnx', null, 0, 'ours pons/onnx-predictor-cpu:1.2.3'],
  ['onnx', null, 2, 'ours pons/onnx-predictor-gpu:1.2.3'],
  ['tensorflow', null, 1, 'ours pons/tensorflow-predictor:1.2.3'],
  ['python', 'my/base:7', 1, 'named my/base:7'],
  ['python', 'cortexlabs.example/python-predictor', 0, 'named cortexlabs.example/python-predictor'],
  ['python', 'cortexlabs/python-predictor-cpu:0.32.0', 0, 'ours pons/python-predictor-cpu:1.2.3'],
  [
    'python',
    'quay.io/cortexlabs/python-predictor-gpu:0.32.0-cuda10.1-cudnn7',
    0,
    'ours pons/python-predictor-gpu:1.2.3',
  ],
  ['tensorflow', 'quay.io/cortexlabs/tensorflow-predictor:0.32.0', 0, 'ours pons/tensorflow-predictor:1.2.3'],
] as const) {
  test(`${type} with ${image ?? 'no image'} and ${gpu} devices is built on ${expected}`, () => {
    assert.is(baseOf(type, image, gpu), expected);
  });
}

test.run();
