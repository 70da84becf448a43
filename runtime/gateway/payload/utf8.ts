import { isUtf8 } from 'node:buffer';

/** Bytes that a codec refuses: `start` inclusive, `end` exclusive, and why in Python's words. */
export interface BadBytes {
  readonly start: number;
  readonly end: number;
  readonly reason: 'invalid start byte' | 'invalid continuation byte' | 'unexpected end of data';
}

/** The first bytes that are not UTF-8, as Python's strict decoder reports them; null when there are none. */
export function findBadUtf8(bytes: Uint8Array): BadBytes | null {
  if (isUtf8(bytes)) return null;
  for (let at = 0; at < bytes.length;) {
    const next = utf8SequenceAt(bytes, at, false);
    if (typeof next !== 'number') return next;
    at += next;
  }
  return null;
}

/** The length of the UTF-8 sequence at `at`, or what is wrong with it. `passSurrogates`: as Python's `surrogatepass` does. */
export function utf8SequenceAt(bytes: Uint8Array, at: number, passSurrogates: boolean): number | BadBytes {
  const lead = bytes[at] ?? 0;
  if (lead < 0x80) return 1;
  if (lead < 0xc2 || lead > 0xf4) return { start: at, end: at + 1, reason: 'invalid start byte' };
  if (passSurrogates && isSurrogateAt(bytes, at)) return 3;
  const length = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  // Source: Unicode 15, table 3-7: only the second byte's range depends on the first.
  let low = lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80;
  let high = lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf;
  for (let offset = 1; offset < length; offset += 1) {
    const byte = bytes[at + offset];
    if (byte === undefined) return { start: at, end: bytes.length, reason: 'unexpected end of data' };
    if (byte < low || byte > high) return { start: at, end: at + offset, reason: 'invalid continuation byte' };
    low = 0x80;
    high = 0xbf;
  }
  return length;
}

function isSurrogateAt(bytes: Uint8Array, at: number): boolean {
  const [lead, second = 0, third = 0] = bytes.subarray(at, at + 3);
  return lead === 0xed && second >= 0xa0 && second <= 0xbf && third >= 0x80 && third <= 0xbf;
}
