import { createHash, hash } from 'node:crypto';
import { isKnownError, KnownError } from '../../errors/known-error.ts';
import { assertNoShortage } from '../../processes/shortage.ts';
import { sha256In, type Body } from '../body.ts';
import type { WorkloadStore } from '../store.ts';
import { JsonText } from './json-text.ts';

/** A body on its way out. */
export interface LeavingBody {
  readonly sizeBytes: number;
  /**
   * Throws `PONS_ERR_WORKLOAD_BODY_MISSING`, `PONS_ERR_WORKLOAD_BODY_DAMAGED` where it is not what was stored, which of a large one shows at its end only, an
   * error of the area MACHINE, or as the store does.
   */
  readonly chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
}

/**
 * @param digest SHA-256 that it must have; null for a result, which has to be JSON, and has the SHA-256 that its place says, if that says one. Throws as
 *   `chunks` does where that shows at once.
 */
export function leavingBody(store: Pick<WorkloadStore, 'open'>, body: Body, digest: Uint8Array | null): LeavingBody {
  const result = digest === null ? new JsonText() : null;
  if (body.kind === 'file') {
    return { sizeBytes: body.sizeBytes, chunks: piecesOf(store, body, digest ?? sha256In(body.path), result) };
  }
  const { bytes } = body;
  if (digest !== null) assertSame(hash('sha256', bytes, 'buffer'), digest);
  result?.push(bytes);
  assertJson(result);
  return { sizeBytes: bytes.byteLength, chunks: [bytes] };
}

type Large = Extract<Body, { kind: 'file' }>;

async function* piecesOf(
  store: Pick<WorkloadStore, 'open'>,
  body: Large,
  digest: Uint8Array | null,
  result: JsonText | null,
): AsyncGenerator<Uint8Array> {
  const sum = digest === null ? null : createHash('sha256');
  let bytes = 0;
  try {
    const { stream } = await store.open(body);
    for await (const piece of stream as AsyncIterable<Uint8Array>) {
      bytes += piece.byteLength;
      sum?.update(piece);
      result?.push(piece);
      yield piece;
    }
  } catch (error) {
    // It is of the machine, not of this body: the others could not be read either.
    assertNoShortage(error, `Reading ${body.path}`);
    if (!isKnownError(error)) throw isOfSystem(error) ? unreadable(body.path, error) : error;
    if (error.code !== 'PONS_ERR_PAYLOADS_DAMAGED') throw error;
    // What is to be done about it is not what a client is told who may ask again.
    throw damaged(error.message.replace(/\.$/, ''), error);
  }
  if (bytes !== body.sizeBytes) throw damaged(`${body.path} has ${bytes} bytes and had ${body.sizeBytes}`);
  if (sum !== null && digest !== null) assertSame(sum.digest(), digest);
  assertJson(result);
}

function assertJson(result: JsonText | null): void {
  if (result?.end() === false) throw damaged('it is a result and no JSON');
}

function assertSame(found: Buffer, expected: Uint8Array): void {
  if (Buffer.compare(found, expected) === 0) return;
  throw damaged(`its SHA-256 was ${Buffer.from(expected).toString('hex')} and is ${found.toString('hex')}`);
}

function damaged(problem: string, cause?: unknown): KnownError {
  return KnownError.of('PONS_ERR_WORKLOAD_BODY_DAMAGED', { problem }, cause);
}

/** A file that is opened and found to be whole can still be on a bad disk. */
function isOfSystem(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error;
}

function unreadable(path: string, error: Error): KnownError {
  return KnownError.of('PONS_ERR_STORE_IO', { path, reason: error.message }, error);
}
