import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';

/** Bytes that are to be stored, of which any part can be had again: what was sent in vain is sent anew. */
export interface Content {
  readonly sizeBytes: number;
  /** SHA-256 of all of it, in hexadecimal. */
  readonly sha256: string;
  /** The bytes from `start` to before `end`. */
  stream(start: number, end: number): Readable;
}

const PIECE_BYTES = 64 * 1024;
const TURN_BYTES = 1024 * 1024;

/** What is in memory. */
export async function contentOf(bytes: Uint8Array): Promise<Content> {
  const stream = (start: number, end: number): Readable =>
    Readable.from(pieces(bytes.subarray(start, end)), { objectMode: false });
  const sizeBytes = bytes.byteLength;
  return { sizeBytes, sha256: (await hashOf(stream(0, sizeBytes), 'sha256')).toString('hex'), stream };
}

/** Of a part of `content`. */
export function digestOf(content: Content, algorithm: 'sha256' | 'md5', start: number, end: number): Promise<Buffer> {
  return hashOf(content.stream(start, end), algorithm);
}

async function hashOf(stream: Readable, algorithm: string): Promise<Buffer> {
  const hash = createHash(algorithm);
  let sinceTurn = 0;
  for await (const piece of stream as AsyncIterable<Buffer>) {
    hash.update(piece);
    sinceTurn += piece.byteLength;
    if (sinceTurn < TURN_BYTES) continue;
    // What is in memory comes without a pause, in which others get their turn.
    await turn();
    sinceTurn = 0;
  }
  return hash.digest();
}

/** Small ones: how fast they go shows that the server takes them. */
function* pieces(bytes: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < bytes.byteLength; at += PIECE_BYTES) yield bytes.subarray(at, at + PIECE_BYTES);
}
