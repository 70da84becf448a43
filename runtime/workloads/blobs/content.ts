import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';

/** Bytes that are to be stored, of which any part can be had again: what was sent in vain is sent anew. */
export interface Content {
  readonly sizeBytes: number;
  /** SHA-256 of all of it, in hexadecimal. */
  readonly sha256: string;
  /** The bytes from `start` to before `end`. */
  stream(start: number, end: number): Readable;
}

const PIECE_BYTES = 64 * 1024;

export function contentOf(bytes: Uint8Array): Content {
  return {
    sizeBytes: bytes.byteLength,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    stream: (start, end) => Readable.from(pieces(bytes.subarray(start, end)), { objectMode: false }),
  };
}

/** Of a part of `content`, in base64, as S3 takes it. */
export async function digestOf(
  content: Content,
  algorithm: 'sha256' | 'md5',
  start: number,
  end: number,
): Promise<Buffer> {
  const hash = createHash(algorithm);
  for await (const piece of content.stream(start, end) as AsyncIterable<Buffer>) hash.update(piece);
  return hash.digest();
}

/** Small ones: how fast they go shows that the server takes them. */
function* pieces(bytes: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < bytes.byteLength; at += PIECE_BYTES) yield bytes.subarray(at, at + PIECE_BYTES);
}
