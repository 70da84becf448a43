import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { pons } from '../../support/pons.ts';
import { servePons } from '../../support/served.ts';
import { makeTempDir } from '../../support/temp-dir.ts';
import { ask, failureOf } from '../support/ask.ts';
import { modelProject, placeModel } from '../support/model-project.ts';
import { type LogRecord, recordWhere } from '../support/records.ts';

const BROKEN = /times\/2\/times\.onnx cannot be served as the model \(version 2\): it is not an ONNX model/;
const INCOMPLETE = /the model \(version 4\): the file external\.data beside it, which holds its tensors, is missing/;
const UNTIDY = /^Version 3 of the model at models\/times has no \.onnx file/;

function isOf(said: RegExp): (record: LogRecord) => boolean {
  return ({ message }) => said.test(String(message));
}

/** Two APIs, and a model whose version 1 is good. */
function project(): string {
  return modelProject('onnx/reload', { 'models/times/1/times.onnx': 'times-2', 'shelf/times/times.onnx': 'times-2' });
}

/** Gives it a version that is no model, one without any, and one that lacks the file of its tensors. */
function addBroken(root: string): void {
  mkdirSync(join(root, 'models/times/2'));
  writeFileSync(join(root, 'models/times/2/times.onnx'), 'no model');
  mkdirSync(join(root, 'models/times/3'));
  writeFileSync(join(root, 'models/times/3/README.md'), 'to come');
  placeModel(root, 'models/times/4/external.onnx', 'external');
}

test('a restart serves what was served before it, though newer versions are broken, and says so as before', async () => {
  const root = project();
  const first = await servePons(root);
  try {
    addBroken(root);
    for (const said of [BROKEN, UNTIDY, INCOMPLETE]) {
      await recordWhere({ served: first }, isOf(said), `of ${String(said)}`);
    }
    process.kill(first.pid, 'SIGKILL');
  } finally {
    await first.stop();
  }
  const second = await servePons(root, { stateDir: first.stateDir });
  try {
    assert.equal(await ask(`${second.url}/times`, {}), { factor: 2, models: { _cortex_default: ['1'] } });
    assert.is((await ask<{ factor: number }>(`${second.url}/shelf`, { model: 'times' })).factor, 2);
    assert.match((await failureOf(`${second.url}/times`, { version: '2' })).message, BROKEN);
    for (const [said, serves] of [
      [BROKEN, '; version 1 serves'],
      [INCOMPLETE, '; version 1 serves'],
      [UNTIDY, '\nThe model is served without it.\n'],
    ] as const) {
      const record = await recordWhere({ served: second }, isOf(said), `of ${String(said)}`);
      assert.is(record['levelname'], 'ERROR');
      assert.match(String(record['message']), serves);
    }
    placeModel(root, 'models/times/2/times.onnx', 'times-3');
    await recordWhere({ served: second }, isOf(/^the model \(version 2\) is loaded\.$/), 'of the mended version');
    assert.is((await ask<{ factor: number }>(`${second.url}/times`, {})).factor, 3);
  } finally {
    await second.stop();
  }
});

test('pons check ends with 2 for a broken version that pons serve would do without', async () => {
  const root = project();
  placeModel(root, 'models/times/4/external.onnx', 'external');
  const { code, stderr } = await pons(['check', root, '--state-dir', makeTempDir()]);
  assert.is(code, 2, stderr);
  assert.match(stderr, INCOMPLETE);
});

test.run();
