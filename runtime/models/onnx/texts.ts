import { constants, isUtf8 } from 'node:buffer';
import { LENGTH_BYTES, readStrings } from '../../../bridge/node/string-tensor.ts';

/** The elements of a string tensor. Throws `RangeError` with what is wrong with its bytes, as the end of a sentence about it. */
export function readTexts(bytes: Buffer, count: number): string[] {
  const text = bytes.subarray(Math.min(count * LENGTH_BYTES, bytes.length));
  const isWhole = isUtf8(text);
  const texts = readStrings(bytes, count, (start, end) => {
    // All of it is UTF-8, and so is each of its strings unless one begins within a character.
    if (!isWhole || (start < end && isContinuation(bytes[start] as number))) {
      throw new RangeError('holds text that is not UTF-8');
    }
    return textOf(bytes, start, end);
  });
  // The library takes strings as C does, and would cut this one there.
  if (text.includes(0)) throw new RangeError('holds a string with a zero character, which onnxruntime cannot be given');
  return texts;
}

function textOf(bytes: Buffer, start: number, end: number): string {
  try {
    return bytes.toString('utf8', start, end);
  } catch {
    throw new RangeError(
      `holds a string of ${end - start} bytes; at most ${constants.MAX_STRING_LENGTH} can be passed on`,
    );
  }
}

function isContinuation(byte: number): boolean {
  return (byte & 0xc0) === 0x80;
}
