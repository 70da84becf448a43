import { isKnownError } from '../../errors/known-error.ts';
import { renderError } from '../../errors/render.ts';
import type { CarriedWorkload, LeavingWorkload } from '../carriage.ts';
import type { WorkloadStore } from '../store.ts';
import { ExportWriter } from './writer.ts';

export interface ExportOptions {
  readonly store: WorkloadStore;
  readonly apis: readonly string[];
  /** The file to be written; there must be none. */
  readonly path: string;
  /** Called before the file gets its name: rejects where it must not. */
  readonly confirm: () => Promise<void>;
  /** Told of each workload. */
  readonly onWorkload: (workload: CarriedWorkload, bodyBytes: number) => void;
  readonly signal: AbortSignal;
}

/** Writes workloads of a store to a file. Leaves nothing where it rejects: with `PONS_ERR_MOVE_FILE_EXISTS`, `_UNWRITABLE`, what the store says, or the abort. */
export async function exportWorkloads({
  store,
  apis,
  path,
  confirm,
  onWorkload,
  signal,
}: ExportOptions): Promise<void> {
  const writer = await ExportWriter.create(path);
  try {
    for await (const page of store.carriage.workloads(apis)) {
      for (const leaving of page) {
        signal.throwIfAborted();
        const [workload, body] = await opened(store, leaving);
        const { digest, ...rest } = workload;
        const bodyBytes = body?.sizeBytes ?? null;
        await writer.workload({ ...rest, digest: Buffer.from(digest).toString('hex'), bodyBytes });
        if (body !== null) for await (const chunk of body.chunks) await writer.body(asBuffer(chunk));
        onWorkload(workload, bodyBytes ?? 0);
      }
    }
    await confirm();
    await writer.finish();
  } catch (error) {
    await writer.abandon();
    throw error;
  }
}

interface Chunked {
  readonly sizeBytes: number;
  readonly chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
}

/** One whose body somebody has deleted leaves as what it would come to: failed. */
async function opened(
  store: WorkloadStore,
  leaving: LeavingWorkload,
): Promise<readonly [CarriedWorkload, Chunked | null]> {
  const { body, ...workload } = leaving;
  if (body === null) return [workload, null];
  if (body.kind === 'bytes') return [workload, { sizeBytes: body.bytes.byteLength, chunks: [body.bytes] }];
  try {
    const { sizeBytes, stream } = await store.open(body);
    return [workload, { sizeBytes, chunks: stream as AsyncIterable<Uint8Array> }];
  } catch (error) {
    if (!isKnownError(error) || error.code !== 'PONS_ERR_WORKLOAD_BODY_MISSING') throw error;
    const endedAt = workload.endedAt ?? Date.now();
    return [{ ...workload, status: 'failed', endedAt, error: renderError(error) }, null];
  }
}

/** The same bytes, not a copy. */
function asBuffer({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}
