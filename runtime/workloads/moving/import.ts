import { hash } from 'node:crypto';
import { Readable } from 'node:stream';
import { isKnownError, KnownError } from '../../errors/known-error.ts';
import { messageOf } from '../../errors/render.ts';
import type { Arrival, ArrivingWorkload, CarriedWorkload } from '../carriage.ts';
import type { WorkloadStore } from '../store.ts';
import { readExport, type ReadWorkload } from './reader.ts';

/** Workloads that are stored together. */
const BATCH_COUNT = 256;
/** Bodies of them together. */
const BATCH_BYTES = 512 * 1024;

/** Bodies up to this are small to every store. */
const IN_MEMORY_BYTES = 64 * 1024;

/** What a whole export holds. */
export interface ExportContents {
  readonly workloads: number;
  /** How many there are of each API. */
  readonly byApi: ReadonlyMap<string, number>;
}

/** Reads an export to its end. Rejects as `readExport` throws, or with the abort. */
export async function lookThrough(path: string, signal: AbortSignal): Promise<ExportContents> {
  const byApi = new Map<string, number>();
  let workloads = 0;
  for await (const { workload } of readExport(path)) {
    signal.throwIfAborted();
    workloads += 1;
    byApi.set(workload.api, (byApi.get(workload.api) ?? 0) + 1);
  }
  return { workloads, byApi };
}

export interface ImportOptions {
  readonly store: WorkloadStore;
  /** An export that was looked through. */
  readonly path: string;
  /** How many workloads are in it. */
  readonly total: number;
  /** Told what has become of each workload. */
  readonly onArrival: (workload: CarriedWorkload, arrival: Arrival) => void;
  readonly signal: AbortSignal;
}

/**
 * Stores the workloads of an export. Where it rejects, those that it has told of are stored, and it can be done again: with
 * `PONS_ERR_MOVE_STOPPED` for what the store says, as `readExport` throws, or with the abort.
 */
export async function importWorkloads({ store, path, total, onArrival, signal }: ImportOptions): Promise<void> {
  let batch: ArrivingWorkload[] = [];
  let [bytes, done] = [0, 0];
  const storing = async <T>(act: () => Promise<T>): Promise<T> => {
    try {
      return await act();
    } catch (error) {
      if (!isKnownError(error) || error.code.startsWith('PONS_ERR_MOVE_')) throw error;
      throw KnownError.of('PONS_ERR_MOVE_STOPPED', { done, total, reason: messageOf(error) }, error);
    }
  };
  const flush = async (): Promise<void> => {
    const full = batch;
    [batch, bytes] = [[], 0];
    const arrivals = await storing(() => store.carriage.adopt(full));
    done += full.length;
    full.forEach((workload, at) => {
      onArrival(workload, arrivals[at] ?? 'stored');
    });
  };
  try {
    for await (const read of readExport(path)) {
      signal.throwIfAborted();
      const arriving = await storing(() => receive(store, read));
      batch.push(arriving);
      bytes += sizeOf(arriving);
      if (batch.length >= BATCH_COUNT || bytes >= BATCH_BYTES) await flush();
    }
    await flush();
  } finally {
    for (const { received } of batch) if (received !== null) await store.discard(received);
  }
}

async function receive(store: WorkloadStore, { workload, bodyBytes, body }: ReadWorkload): Promise<ArrivingWorkload> {
  if (body === null) return { ...workload, received: null };
  if (bodyBytes > IN_MEMORY_BYTES) {
    const received = await store.receive(Readable.from(body, { objectMode: false }), Infinity);
    return { ...workload, received };
  }
  // Without a stream, which would cost more than all else.
  const chunks: Buffer[] = [];
  for await (const chunk of body) chunks.push(chunk);
  const bytes = Buffer.concat(chunks);
  return { ...workload, received: { body: { kind: 'bytes', bytes }, digest: hash('sha256', bytes, 'buffer') } };
}

/** A large one is stored at once: the store keeps it outside of memory, but not for long. */
function sizeOf({ received }: ArrivingWorkload): number {
  if (received === null) return 0;
  return received.body.kind === 'file' ? received.body.sizeBytes : received.body.bytes.byteLength;
}
