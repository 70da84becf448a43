import { isUtf8 } from 'node:buffer';

/** Bytes of the length that stands before the text, for each element. */
const LENGTH_BYTES = 4;

/** The elements of a string tensor, or what is wrong with its bytes, as the end of a sentence about it. */
export function decodeStrings(bytes: Buffer, count: number): string[] | { readonly wrong: string } {
  let at = count * LENGTH_BYTES;
  if (at > bytes.length) return { wrong: `needs ${at} bytes for the lengths of ${count} strings; got ${bytes.length}` };
  const text = bytes.subarray(at);
  if (!isUtf8(text)) return { wrong: 'holds text that is not UTF-8' };
  // The library takes strings as C does, and would cut this one there.
  if (text.includes(0)) return { wrong: 'holds a string with a zero character, which onnxruntime cannot be given' };
  const strings = new Array<string>(count);
  for (let index = 0; index < count; index++) {
    const end = at + bytes.readUInt32LE(index * LENGTH_BYTES);
    if (end > bytes.length)
      return { wrong: `has a string ${index} that ends at byte ${end}; got ${bytes.length} bytes` };
    strings[index] = bytes.toString('utf8', at, end);
    at = end;
  }
  if (at !== bytes.length) return { wrong: `has strings of ${at} bytes in all; got ${bytes.length}` };
  return strings;
}

export function encodeStrings(strings: readonly string[]): Buffer {
  const lengths = strings.map((text) => Buffer.byteLength(text));
  const head = lengths.length * LENGTH_BYTES;
  const bytes = Buffer.allocUnsafe(lengths.reduce((sum, length) => sum + length, head));
  let at = head;
  for (const [index, text] of strings.entries()) {
    const length = lengths[index] as number;
    bytes.writeUInt32LE(length, index * LENGTH_BYTES);
    bytes.write(text, at);
    at += length;
  }
  return bytes;
}
