import { readdirSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { BegunNote, PONS } from '../../../runtime/models/onnx/begun-note.ts';
import { makeTempDir } from '../../support/temp-dir.ts';

function openNote(...dirs: [string, ...string[]]): BegunNote {
  const note = BegunNote.open(dirs);
  if (note === null) throw new Error('there is no room for a note');
  return note;
}

test('the last call that was begun is known when it is closed, and no other', () => {
  const folder = makeTempDir();
  const note = openNote(folder);
  assert.equal(readdirSync(folder), []);
  const other = BegunNote.take(note.fd);
  other.begin({ caller: 4_194_304, id: 2 });
  other.begin({ caller: 12, id: Number.MAX_SAFE_INTEGER });
  const mayHaveBegun = note.close();
  assert.is(mayHaveBegun({ caller: 12, id: Number.MAX_SAFE_INTEGER }), true);
  assert.is(mayHaveBegun({ caller: 12, id: 2 }), false);
  assert.is(mayHaveBegun({ caller: 4_194_304, id: 2 }), false);
});

test('a process that has found its note and begun nothing has begun nothing; one that has not may have begun anything', () => {
  const [found, untouched] = [openNote(makeTempDir()), openNote(makeTempDir())];
  BegunNote.take(found.fd);
  assert.is(found.close()({ caller: PONS, id: 1 }), false);
  assert.is(untouched.close()({ caller: PONS, id: 1 }), true);
});

test('a note is where there is room for it, and there is none where there is no room', () => {
  const [missing, folder] = [`${makeTempDir()}/missing`, makeTempDir()];
  openNote(missing, folder).close();
  assert.is(BegunNote.open([missing]), null);
});

test.run();
