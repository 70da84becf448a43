import { utf8SequenceAt } from './utf8.ts';

type Codec = 'utf-8' | 'utf-16-le' | 'utf-16-be' | 'utf-32-le' | 'utf-32-be';

/** The code points of a JSON text (surrogates count as such), or the sentence with which Python refuses its bytes. */
export type Decoded = { readonly points: Uint32Array; readonly problem: null } | { readonly problem: string };

/** Decodes a JSON text as Python's `json.loads(bytes)` does, byte order mark or not, with its `surrogatepass`. */
export function decodeJsonText(bytes: Uint8Array): Decoded {
  const { codec, markBytes } = detectCodec(bytes);
  // Python strips the mark of UTF-8 before it counts positions, but those of UTF-16 and UTF-32 as it reads.
  if (codec === 'utf-8') return decodeUtf8(bytes.subarray(markBytes));
  return codec.startsWith('utf-16') ? decodeUtf16(bytes, markBytes, codec) : decodeUtf32(bytes, markBytes, codec);
}

/** Source: `json.detect_encoding` of CPython. */
function detectCodec(bytes: Uint8Array): { readonly codec: Codec; readonly markBytes: number } {
  const [a, b, c, d] = bytes;
  if (a === 0 && b === 0 && c === 0xfe && d === 0xff) return { codec: 'utf-32-be', markBytes: 4 };
  if (a === 0xff && b === 0xfe && c === 0 && d === 0) return { codec: 'utf-32-le', markBytes: 4 };
  if (a === 0xfe && b === 0xff) return { codec: 'utf-16-be', markBytes: 2 };
  if (a === 0xff && b === 0xfe) return { codec: 'utf-16-le', markBytes: 2 };
  if (a === 0xef && b === 0xbb && c === 0xbf) return { codec: 'utf-8', markBytes: 3 };
  return { codec: detectUnmarked(bytes), markBytes: 0 };
}

function detectUnmarked(bytes: Uint8Array): Codec {
  const [a, b, c, d] = bytes;
  if (bytes.length >= 4) {
    if (a === 0) return b === 0 ? 'utf-32-be' : 'utf-16-be';
    if (b === 0) return c === 0 && d === 0 ? 'utf-32-le' : 'utf-16-le';
  } else if (bytes.length === 2) {
    if (a === 0) return 'utf-16-be';
    if (b === 0) return 'utf-16-le';
  }
  return 'utf-8';
}

function decodeUtf8(bytes: Uint8Array): Decoded {
  const points = new Uint32Array(bytes.length);
  let count = 0;
  for (let at = 0; at < bytes.length;) {
    const length = utf8SequenceAt(bytes, at, true);
    if (typeof length !== 'number') return refused(bytes, 'utf-8', length.start, length.end, length.reason);
    let point = (bytes[at] ?? 0) & (length === 1 ? 0x7f : 0x7f >> length);
    for (let offset = 1; offset < length; offset += 1) point = (point << 6) | ((bytes[at + offset] ?? 0) & 0x3f);
    points[count] = point;
    count += 1;
    at += length;
  }
  return { points: points.subarray(0, count), problem: null };
}

function decodeUtf16(bytes: Uint8Array, markBytes: number, codec: Codec): Decoded {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const littleEndian = codec === 'utf-16-le';
  const points = new Uint32Array(bytes.length >> 1);
  let count = 0;
  for (let at = markBytes; at < bytes.length; at += 2) {
    if (at + 2 > bytes.length) return refused(bytes, codec, at, bytes.length, 'truncated data');
    let point = view.getUint16(at, littleEndian);
    if (point >= 0xd800 && point < 0xdc00 && at + 4 <= bytes.length) {
      const low = view.getUint16(at + 2, littleEndian);
      if (low >= 0xdc00 && low < 0xe000) {
        point = 0x10000 + ((point - 0xd800) << 10) + (low - 0xdc00);
        at += 2;
      }
    }
    points[count] = point;
    count += 1;
  }
  return { points: points.subarray(0, count), problem: null };
}

function decodeUtf32(bytes: Uint8Array, markBytes: number, codec: Codec): Decoded {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const points = new Uint32Array((bytes.length - markBytes) >> 2);
  for (let at = markBytes; at < bytes.length; at += 4) {
    if (at + 4 > bytes.length) return refused(bytes, codec, at, bytes.length, 'truncated data');
    const point = view.getUint32(at, codec === 'utf-32-le');
    if (point > 0x10ffff) return refused(bytes, codec, at, at + 4, 'code point not in range(0x110000)');
    points[(at - markBytes) >> 2] = point;
  }
  return { points, problem: null };
}

/** The sentence of Python's UnicodeDecodeError. */
function refused(bytes: Uint8Array, codec: Codec, start: number, end: number, reason: string): Decoded {
  const which =
    end === start + 1
      ? `byte 0x${(bytes[start] ?? 0).toString(16).padStart(2, '0')} in position ${start}`
      : `bytes in position ${start}-${end - 1}`;
  return { problem: `'${codec}' codec can't decode ${which}: ${reason}` };
}
