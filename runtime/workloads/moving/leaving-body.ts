import { createHash, hash } from 'node:crypto';
import { isKnownError, KnownError } from '../../errors/known-error.ts';
import type { Body } from '../body.ts';
import type { WorkloadStore } from '../store.ts';

/** A body that was found to be whole. */
export interface LeavingBody {
  readonly sizeBytes: number;
  /** Throws as `openLeaving` rejects where it is no longer as it was found. */
  readonly chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
}

/**
 * Opens a body, after a large one was read to its end for nothing: once the line of its workload is written, it is too late to find out what is wrong with it.
 * Rejects with `PONS_ERR_WORKLOAD_BODY_MISSING`, `PONS_ERR_WORKLOAD_BODY_DAMAGED` where it is not what was stored, or as the store does.
 * @param digest SHA-256 that it must have; null where none is known
 */
export async function openLeaving(store: WorkloadStore, body: Body, digest: Uint8Array | null): Promise<LeavingBody> {
  if (body.kind === 'bytes') {
    const { bytes } = body;
    if (digest !== null) assertSame(hash('sha256', bytes, 'buffer'), digest);
    return { sizeBytes: bytes.byteLength, chunks: [bytes] };
  }
  const pieces = piecesOf(store, body, digest);
  while ((await pieces.next()).done !== true);
  return { sizeBytes: body.sizeBytes, chunks: piecesOf(store, body, digest) };
}

type Large = Extract<Body, { kind: 'file' }>;

async function* piecesOf(store: WorkloadStore, body: Large, digest: Uint8Array | null): AsyncGenerator<Uint8Array> {
  const sum = digest === null ? null : createHash('sha256');
  let bytes = 0;
  try {
    const { stream } = await store.open(body);
    for await (const piece of stream as AsyncIterable<Uint8Array>) {
      bytes += piece.byteLength;
      sum?.update(piece);
      yield piece;
    }
  } catch (error) {
    if (!isKnownError(error) || error.code !== 'PONS_ERR_PAYLOADS_DAMAGED') throw error;
    // What is to be done about it is not what a client is told who may ask again.
    throw damaged(error.message.replace(/\.$/, ''), error);
  }
  if (bytes !== body.sizeBytes) throw damaged(`${body.path} has ${bytes} bytes and had ${body.sizeBytes}`);
  if (sum !== null && digest !== null) assertSame(sum.digest(), digest);
}

function assertSame(found: Buffer, expected: Uint8Array): void {
  if (Buffer.compare(found, expected) === 0) return;
  throw damaged(`its SHA-256 was ${Buffer.from(expected).toString('hex')} and is ${found.toString('hex')}`);
}

function damaged(problem: string, cause?: unknown): KnownError {
  return KnownError.of('PONS_ERR_WORKLOAD_BODY_DAMAGED', { problem }, cause);
}
