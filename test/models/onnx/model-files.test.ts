import { copyFileSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { stampOf } from '../../../runtime/models/onnx/model-files.ts';
import { scanModel } from '../../../runtime/models/onnx/scan.ts';
import { makeTempDir } from '../../support/temp-dir.ts';
import { fixture } from './fixture.ts';

/** A model of which some is in a file beside it. */
function externalModel() {
  const folder = makeTempDir();
  const [path, data] = [`${folder}/external.onnx`, `${folder}/external.data`];
  const source = fixture('external').path;
  copyFileSync(source, path);
  copyFileSync(source.replace(/onnx$/, 'data'), data);
  return { path, data };
}

test('the files beside a model that hold some of it are found in it', () => {
  assert.equal([...scanModel(fixture('external').path).external], ['external.data']);
  assert.equal([...scanModel(fixture('pairs').path).external], []);
});

test('the stamp of a model is another as soon as one of its files is', () => {
  const { path, data } = externalModel();
  const { external } = scanModel(path);
  const stamps = [stampOf(path, external)];
  const note = (): void => {
    const stamp = stampOf(path, external);
    assert.is(stampOf(path, external), stamp);
    stamps.push(stamp);
  };
  utimesSync(path, 1, 1);
  note();
  utimesSync(data, 1, 1);
  note();
  writeFileSync(`${data}.new`, 'other');
  renameSync(`${data}.new`, data);
  note();
  rmSync(data);
  note();
  rmSync(path);
  note();
  assert.is(new Set(stamps).size, stamps.length);
});

test('what a model calls a file but no file can be called is as one that is not there', () => {
  const { path } = externalModel();
  assert.is(stampOf(path, ['a\0b']), stampOf(path, ['missing']));
});

test.run();
