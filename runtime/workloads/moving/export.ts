import { isKnownError, type KnownError } from '../../errors/known-error.ts';
import { renderError } from '../../errors/render.ts';
import type { CarriedWorkload, LeavingWorkload } from '../carriage.ts';
import type { WorkloadStore } from '../store.ts';
import { openLeaving, type LeavingBody } from './leaving-body.ts';
import { ExportWriter } from './writer.ts';

const LOST: readonly string[] = ['PONS_ERR_WORKLOAD_BODY_MISSING', 'PONS_ERR_WORKLOAD_BODY_DAMAGED'];

export interface ExportOptions {
  readonly store: WorkloadStore;
  readonly apis: readonly string[];
  /** The file to be written; there must be none. */
  readonly path: string;
  /** Called before the file gets its name: rejects where it must not. */
  readonly confirm: () => Promise<void>;
  /** Told of each workload, and why it leaves as failed where its body is no longer what was stored. */
  readonly onWorkload: (workload: CarriedWorkload, bodyBytes: number, lost: KnownError | null) => void;
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
        const { workload, body, lost } = await opened(store, leaving);
        const { digest, ...rest } = workload;
        const bodyBytes = body?.sizeBytes ?? null;
        await writer.workload({ ...rest, digest: Buffer.from(digest).toString('hex'), bodyBytes });
        if (body !== null) for await (const chunk of body.chunks) await writer.body(asBuffer(chunk));
        onWorkload(workload, bodyBytes ?? 0, lost);
      }
    }
    await confirm();
    await writer.finish();
  } catch (error) {
    await writer.abandon();
    throw error;
  }
}

interface Opened {
  readonly workload: CarriedWorkload;
  readonly body: LeavingBody | null;
  readonly lost: KnownError | null;
}

/** One whose body somebody has deleted or changed leaves as what it would come to: failed. */
async function opened(store: WorkloadStore, leaving: LeavingWorkload): Promise<Opened> {
  const { body, ...workload } = leaving;
  if (body === null) return { workload, body, lost: null };
  try {
    const digest = workload.status === 'in_queue' ? workload.digest : null;
    return { workload, body: await openLeaving(store, body, digest), lost: null };
  } catch (error) {
    if (!isKnownError(error) || !LOST.includes(error.code)) throw error;
    const endedAt = workload.endedAt ?? Date.now();
    const failed = { ...workload, status: 'failed', endedAt, error: renderError(error) } as const;
    return { workload: failed, body: null, lost: error };
  }
}

/** The same bytes, not a copy. */
function asBuffer({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}
