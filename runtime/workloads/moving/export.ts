import { isKnownError, type KnownError } from '../../errors/known-error.ts';
import { renderError } from '../../errors/render.ts';
import type { CarriedWorkload, LeavingWorkload } from '../carriage.ts';
import type { WorkloadStore } from '../store.ts';
import type { WorkloadLine } from './format.ts';
import { leavingBody } from './leaving-body.ts';
import { ExportWriter } from './writer.ts';

/** Nobody will ever have it again. */
const LOST: readonly string[] = ['PONS_ERR_WORKLOAD_BODY_MISSING', 'PONS_ERR_WORKLOAD_BODY_DAMAGED'];
/** It is of one body only, and somebody may mend it. */
const WITHHELD: readonly string[] = ['PONS_ERR_PAYLOADS_REFUSED', 'PONS_ERR_STORE_IO'];

export interface ExportOptions {
  readonly store: Pick<WorkloadStore, 'carriage' | 'open'>;
  readonly apis: readonly string[];
  /** The file to be written; there must be none. */
  readonly path: string;
  /** Called before the file gets its name: rejects where it must not. */
  readonly confirm: () => Promise<void>;
  /** Told of each workload, and why it leaves as failed where its body is no longer what was stored. */
  readonly onWorkload: (workload: CarriedWorkload, bodyBytes: number, lost: KnownError | null) => void;
  /** Told of each workload that is not in the file, and why its body cannot be read. */
  readonly onLeftOut: (workload: CarriedWorkload, why: KnownError) => void;
  readonly signal: AbortSignal;
}

/** Writes workloads of a store to a file. Leaves nothing where it rejects: with `PONS_ERR_MOVE_FILE_EXISTS`, `_UNWRITABLE`, an error of the area MACHINE, what the store says, or the abort. */
export async function exportWorkloads(options: ExportOptions): Promise<void> {
  const { store, apis, path, confirm, signal } = options;
  const writer = await ExportWriter.create(path);
  try {
    for await (const page of store.carriage.workloads(apis)) {
      for (const leaving of page) {
        signal.throwIfAborted();
        await exportOne(writer, leaving, options);
      }
    }
    await confirm();
    await writer.finish();
  } catch (error) {
    await writer.abandon();
    throw error;
  }
}

async function exportOne(writer: ExportWriter, leaving: LeavingWorkload, options: ExportOptions): Promise<void> {
  const { body, ...workload } = leaving;
  const before = writer.savepoint();
  for (let isFirst = true; ; isFirst = false) {
    try {
      options.onWorkload(workload, await writeOne(writer, workload, body, options), null);
      return;
    } catch (error) {
      if (!isKnownError(error) || ![...LOST, ...WITHHELD].includes(error.code)) throw error;
      await writer.backTo(before);
      // It may have been changed on its way to here.
      if (isFirst && error.code === 'PONS_ERR_WORKLOAD_BODY_DAMAGED') continue;
      if (WITHHELD.includes(error.code)) options.onLeftOut(workload, error);
      else {
        // What it would come to where it is.
        const failed = failedBy(workload, error);
        await writer.workload(lineOf(failed, null));
        options.onWorkload(failed, 0, error);
      }
      return;
    }
  }
}

/** Resolves to how long its body is. Where it rejects, a part of it may be written. */
async function writeOne(
  writer: ExportWriter,
  workload: CarriedWorkload,
  body: LeavingWorkload['body'],
  { store, signal }: ExportOptions,
): Promise<number> {
  const digest = workload.status === 'in_queue' ? workload.digest : null;
  const open = body === null ? null : leavingBody(store, body, digest);
  await writer.workload(lineOf(workload, open?.sizeBytes ?? null));
  for await (const chunk of open?.chunks ?? []) {
    signal.throwIfAborted();
    await writer.body(asBuffer(chunk));
  }
  return open?.sizeBytes ?? 0;
}

function lineOf({ digest, ...rest }: CarriedWorkload, bodyBytes: number | null): WorkloadLine {
  return { ...rest, digest: Buffer.from(digest).toString('hex'), bodyBytes };
}

function failedBy(workload: CarriedWorkload, error: KnownError): CarriedWorkload {
  return { ...workload, status: 'failed', endedAt: workload.endedAt ?? Date.now(), error: renderError(error) };
}

/** The same bytes, not a copy. */
function asBuffer({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}
