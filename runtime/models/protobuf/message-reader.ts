import { MAX_VARINT_BYTES, wireTypes } from './wire-format.ts';

/** Where the bits of the last byte of a number belong. */
const LAST_SHIFT = 7 * (MAX_VARINT_BYTES - 1);

/** One field of a protobuf message: its number, and the bytes of its value without tag and length. */
export interface WireField {
  readonly number: number;
  readonly bytes: Buffer;
}

/** Where the varint at `at` ends. Throws `RangeError` where it does not. */
export function endOfVarint(message: Buffer, at: number): number {
  const limit = Math.min(message.length, at + MAX_VARINT_BYTES);
  for (let end = at; end < limit;) if ((message[end++] as number) < 0x80) return end;
  throw endless();
}

/** The value of the varint at the start of `bytes`, exact up to 2^53. */
export function readVarint(bytes: Buffer, at = 0): number {
  let value = 0;
  let scale = 1;
  for (let position = at; position < at + MAX_VARINT_BYTES; position += 1) {
    const byte = bytes[position];
    if (byte === undefined) break;
    value += (byte & 0x7f) * scale;
    if (byte < 0x80) return value;
    scale *= 128;
  }
  throw endless();
}

/**
 * The fields of an encoded message in their order, without a copy. Values of a repeated field that are packed come as one, which for varints and
 * numbers of a fixed size are the same bytes as those of its single values behind each other. Throws `RangeError` where the message is broken.
 * Source: https://protobuf.dev/programming-guides/encoding/
 */
export function* readFields(message: Buffer): Generator<WireField> {
  let at = 0;
  while (at < message.length) {
    const tag = readVarint(message, at);
    at = endOfVarint(message, at);
    const end = endOfValue(message, at, tag % 8);
    const start = tag % 8 === wireTypes.BYTES ? endOfVarint(message, at) : at;
    if (end > message.length) throw new RangeError('a field of a protobuf message has no end');
    yield { number: Math.floor(tag / 8), bytes: message.subarray(start, end) };
    at = end;
  }
}

function endless(): RangeError {
  return new RangeError('a number in a protobuf message has no end');
}

function endOfValue(message: Buffer, at: number, wireType: number): number {
  switch (wireType) {
    case wireTypes.VARINT:
      return endOfVarint(message, at);
    case wireTypes.FIXED64:
      return at + 8;
    case wireTypes.BYTES:
      return endOfVarint(message, at) + readVarint(message, at);
    case wireTypes.FIXED32:
      return at + 4;
    default:
      throw new RangeError(`a field of a protobuf message has the unknown kind ${wireType}`);
  }
}

/**
 * Writes the varints of `packed` into `target` as integers of `width` bytes (1, 2, 4 or 8), little endian, from `offset` on, as far as there is room:
 * of a number that is wider its low bytes. Returns how many were written.
 */
export function unpackVarints(packed: Buffer, target: Buffer, offset: number, width: number): number {
  let at = 0;
  let to = offset;
  while (at < packed.length && to + width <= target.length) {
    let low = 0;
    let high = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = packed[at++];
      if (byte === undefined || shift > LAST_SHIFT) throw endless();
      if (shift < 28) low |= (byte & 0x7f) << shift;
      else if (shift === 28) {
        low |= (byte & 0x0f) << 28;
        high = (byte & 0x7f) >> 4;
      } else high |= (byte & 0x7f) << (shift - 32);
      if (byte < 0x80) break;
    }
    if (width === 1) target[to] = low & 0xff;
    else if (width === 2) target.writeUInt16LE(low & 0xffff, to);
    else {
      target.writeInt32LE(low, to);
      if (width === 8) target.writeInt32LE(high | 0, to + 4);
    }
    to += width;
  }
  return (to - offset) / width;
}
