import { readdirSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { BegunNote, PONS } from '../../../runtime/models/onnx/begun-note.ts';
import { makeTempDir } from '../../support/temp-dir.ts';

/** Runs `act` with another folder for temporary files. */
function withTempDir(path: string, act: () => void): void {
  const before = process.env['TMPDIR'];
  process.env['TMPDIR'] = path;
  try {
    act();
  } finally {
    if (before === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = before;
  }
}

test('the last call that was begun is known when it is closed, and no other', () => {
  const note = BegunNote.open();
  assert.ok(note !== null);
  note.begin({ caller: 4_194_304, id: 2 });
  note.begin({ caller: 12, id: Number.MAX_SAFE_INTEGER });
  const isLast = note.close();
  assert.is(isLast({ caller: 12, id: Number.MAX_SAFE_INTEGER }), true);
  assert.is(isLast({ caller: 12, id: 2 }), false);
  assert.is(isLast({ caller: 4_194_304, id: 2 }), false);
});

test('where none was begun, none is the last', () => {
  const isLast = BegunNote.open()?.close();
  assert.is(isLast?.({ caller: PONS, id: 1 }), false);
});

test('nothing is left in the folder for temporary files, and without one nothing is known', () => {
  const folder = makeTempDir();
  withTempDir(folder, () => {
    const note = BegunNote.open();
    assert.equal(readdirSync(folder), []);
    note?.begin({ caller: 1, id: 1 });
    assert.is(note?.close()({ caller: 1, id: 1 }), true);
  });
  withTempDir(`${folder}/missing`, () => {
    assert.is(BegunNote.open(), null);
  });
});

test.run();
