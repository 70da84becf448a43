import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { LaneMarks, removeLeft } from '../../../runtime/models/onnx/lane-marks.ts';
import { makeTempDir } from '../../support/temp-dir.ts';

test('there is a file for each handle that is given, and none for one that was withdrawn', () => {
  const dir = makeTempDir();
  const marks = new LaneMarks();
  for (const handle of [1, 2, 3]) marks.give(join(dir, '5.0'), handle);
  assert.equal(readdirSync(dir).sort(), ['5.0.1', '5.0.2', '5.0.3']);
  marks.withdraw(2);
  marks.withdraw(2);
  assert.equal(readdirSync(dir).sort(), ['5.0.1', '5.0.3']);
  marks.withdrawAll();
  assert.equal(readdirSync(dir), []);
});

test('where no file can be made, none is there, and that is all', () => {
  const marks = new LaneMarks();
  const lane = join(makeTempDir(), 'missing', '5.0');
  marks.give(lane, 1);
  marks.withdraw(1);
  assert.not.ok(existsSync(`${lane}.1`));
});

test('what cannot be removed stays', () => {
  const folder = makeTempDir();
  removeLeft(folder);
  assert.ok(existsSync(folder));
});

test.run();
