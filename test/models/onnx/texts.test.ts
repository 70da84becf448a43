import { constants } from 'node:buffer';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { readTexts } from '../../../runtime/models/onnx/texts.ts';

test('a string that is longer than strings can be here is told by its size', () => {
  const length = constants.MAX_STRING_LENGTH + 1;
  const bytes = Buffer.alloc(4 + length, 'a');
  bytes.writeUInt32LE(length);
  try {
    readTexts(bytes, 1);
    assert.unreachable();
  } catch (error) {
    assert.instance(error, RangeError);
    assert.is(
      (error as RangeError).message,
      `holds a string of ${length} bytes; at most ${constants.MAX_STRING_LENGTH} can be passed on`,
    );
  }
});

test.run();
