import { wireTypes } from './wire-format.ts';

/** A field whose content is a message or text. */
export function nest(field: number, content: Uint8Array): Buffer {
  return Buffer.concat([nestHead(field, content.length), content]);
}

/** What stands before `bytes` of content. */
export function nestHead(field: number, bytes: number): Buffer {
  return Buffer.concat([varint(field * 8 + wireTypes.BYTES), varint(bytes)]);
}

/** A field that is an integer, not negative and at most 2^53. */
export function integer(field: number, value: number): Buffer {
  return Buffer.concat([varint(field * 8 + wireTypes.VARINT), varint(value)]);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 128) {
    bytes.push((rest % 128) + 128);
    rest = Math.floor(rest / 128);
  }
  return Buffer.from([...bytes, rest]);
}
