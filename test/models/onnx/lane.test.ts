import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { codes } from '../../../bridge/node/codes.ts';
import { ModelProcesses } from '../../../runtime/models/onnx/model-processes.ts';
import { OnnxModel } from '../../../runtime/models/onnx/onnx-model.ts';
import { makeTempDir } from '../../support/temp-dir.ts';
import { fixture, NEVER, OPTIONS, withProcesses } from './fixture.ts';
import { answered, codeOf, GOOD, HANDLE, withLane } from './laned.ts';

test('a model is called by a handle that was given, as long as it is not withdrawn', async () => {
  await withLane('pairs', async ({ model, caller }) => {
    const one = caller();
    assert.equal(answered(await one.predict([GOOD])), [[1, 2]]);
    assert.is(await codeOf(one.predict([GOOD], HANDLE + 1)), codes.MODEL_CHANGED);
    model.withdraw(HANDLE);
    assert.is(await codeOf(one.predict([GOOD])), codes.MODEL_CHANGED);
    model.give(HANDLE + 1);
    assert.equal(answered(await one.predict([GOOD], HANDLE + 1)), [[1, 2]]);
  });
});

test('a model that is released is called by none of its handles', async () => {
  await withLane('pairs', async ({ model, caller }) => {
    await model.release();
    assert.is(await codeOf(caller().predict([GOOD])), codes.MODEL_CHANGED);
    assert.is(await model.lane(NEVER), null);
  });
});

test('what is wrong is told with the same codes as on the way over the supervisor', async () => {
  await withLane('pairs', async ({ caller }) => {
    const one = caller();
    assert.is(await codeOf(one.predict([])), codes.TENSOR_INVALID);
    assert.is(await codeOf(one.predict([GOOD], HANDLE, ['z'])), codes.TENSOR_INVALID);
    assert.is(await codeOf(one.connection.request('onnx/predict', { model: '7' })), codes.INVALID_PARAMS);
    assert.is(await codeOf(one.connection.request('onnx/list', null)), codes.METHOD_NOT_FOUND);
    assert.equal(answered(await one.predict([GOOD])), [[1, 2]]);
  });
});

test('there is no lane where its path is too long for a socket, or its folder is not there', async () => {
  for (const laneDir of [`${makeTempDir()}/${'long'.repeat(30)}`, `${makeTempDir()}/missing`, null]) {
    const processes = new ModelProcesses({ laneDir });
    await withProcesses(async () => {
      const model = await OnnxModel.load(processes, fixture('pairs'), OPTIONS);
      model.give(HANDLE);
      assert.is(await model.lane(NEVER), null);
    }, processes);
  }
});

test.run();
