/** Bytes of the length that stands before the text, for each element. */
export const LENGTH_BYTES = 4;

/**
 * What `read` makes of each element of a string tensor, from where it begins and ends. Throws `RangeError` where the bytes are not those of `count`
 * strings; its message goes behind what holds them.
 */
export function readStrings<T>(bytes: Buffer, count: number, read: (start: number, end: number) => T): T[] {
  let at = count * LENGTH_BYTES;
  if (!(at <= bytes.length)) {
    throw new RangeError(`needs ${at} bytes for the lengths of ${count} strings; got ${bytes.length}`);
  }
  const strings = new Array<T>(count);
  for (let index = 0; index < count; index++) {
    const end = at + bytes.readUInt32LE(index * LENGTH_BYTES);
    if (end > bytes.length) {
      throw new RangeError(`has a string ${index} that ends at byte ${end}; got ${bytes.length} bytes`);
    }
    strings[index] = read(at, end);
    at = end;
  }
  if (at !== bytes.length) throw new RangeError(`has strings of ${at} bytes in all; got ${bytes.length}`);
  return strings;
}

/** The bytes of a string tensor. */
export function packStrings(strings: readonly string[]): Buffer {
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
