import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { claimRoom } from '../../../../runtime/models/tree/s3/room.ts';
import { freeBytesAt } from '../../../../runtime/state/free-bytes.ts';
import { RESERVE_BYTES } from '../../../../runtime/state/reserve.ts';
import { makeTempDir } from '../../../support/temp-dir.ts';

const folder = makeTempDir();

/** More than half of what there is. */
function most(): number {
  return Math.floor(((freeBytesAt(folder) ?? 0) - RESERVE_BYTES) * 0.6);
}

test('what is on its way for two APIs needs room but once, and another file has none beside it', () => {
  const first = claimRoom(folder, new Map([['model', most()]]));
  const second = claimRoom(folder, new Map([['model', most()]]));
  assert.throws(() => claimRoom(folder, new Map([['other', most()]])), /has no room for a model/);
  second.end();
  assert.throws(() => claimRoom(folder, new Map([['other', most()]])), /has no room for a model/);
  first.end();
  claimRoom(folder, new Map([['other', most()]])).end();
});

test('what has arrived is on the disk, and is not counted once more', () => {
  const bytes = most();
  const claim = claimRoom(folder, new Map([['model', bytes]]));
  claim.arrived('model', bytes);
  claim.arrived('model', bytes);
  claimRoom(folder, new Map([['other', bytes]])).end();
  claim.end();
});

test.run();
