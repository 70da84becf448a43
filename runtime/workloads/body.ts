import type { Readable } from 'node:stream';

/** Bytes that the store holds or is about to hold: small ones in memory, large ones where only the store finds them by a path of its own. */
export type Body =
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  | { readonly kind: 'file'; readonly path: string; readonly sizeBytes: number };

/** SHA-256 of a large body whose place ends in it, as files of a state folder and objects of a bucket do; null where it does not. */
export function sha256In(path: string): Buffer | null {
  const digits = /\.([0-9a-f]{64})$/.exec(path)?.[1];
  return digits === undefined ? null : Buffer.from(digits, 'hex');
}

/** A body that is being read. Whoever opened it reads `stream` to its end or destroys it. */
export interface OpenBody {
  /** Exactly what `stream` gives, unless it breaks. */
  readonly sizeBytes: number;
  readonly stream: Readable;
}

/** A body that has arrived whole but belongs to no workload yet. */
export interface ReceivedBody {
  readonly body: Body;
  /** SHA-256 of the bytes alone: the same id with the same bytes is the same workload, whatever content type comes with them. */
  readonly digest: Uint8Array;
}
