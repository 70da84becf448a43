import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import type { Lease, SubmitOutcome, WorkloadStore } from '../../runtime/workloads/store.ts';

/** The only limit that these tests do not test. */
export const AMPLE_BYTES = 1024 ** 3;

/** Receives `text` and submits it, as the gateway does. */
export async function submitText(
  store: WorkloadStore,
  api: string,
  id: string,
  text = `"${id}"`,
): Promise<SubmitOutcome> {
  return submitBytes(store, api, id, Buffer.from(text));
}

export async function submitBytes(
  store: WorkloadStore,
  api: string,
  id: string,
  bytes: Buffer,
): Promise<SubmitOutcome> {
  const received = await store.receive(Readable.from(chunksOf(bytes)), AMPLE_BYTES);
  return store.submit({ api, id, isNewId: false, contentType: 'application/json', received });
}

export async function leaseUpTo(store: WorkloadStore, api: string, count: number): Promise<readonly Lease[]> {
  return (await store.lease(api, count)).leases;
}

/** The next workload of a queue that is not empty. */
export async function leaseOne(store: WorkloadStore, api: string): Promise<Lease> {
  const [lease] = await leaseUpTo(store, api, 1);
  if (lease === undefined) throw new Error(`nothing to lease from ${api}`);
  return lease;
}

export function* chunksOf(bytes: Buffer, size = 64 * 1024): Generator<Buffer> {
  for (let at = 0; at < bytes.byteLength; at += size) yield bytes.subarray(at, at + size);
}

/** Bytes that differ everywhere, so that a part that is missing or in the wrong place shows. */
export function patterned(length: number, seed = 1): Buffer {
  const bytes = Buffer.allocUnsafe(length);
  for (let at = 0; at < length; at += 1) bytes[at] = (at * 31 + (at >> 8) * 7 + seed) & 0xff;
  return bytes;
}

export function sha256(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest();
}

/** The code of the error that `promise` rejects with; fails when it does not. */
export async function codeOf(promise: Promise<unknown>): Promise<string> {
  return String(((await rejectionOf(promise)) as { code?: unknown }).code);
}

/** The message of the error that `promise` rejects with; fails when it does not. */
export async function messageOf(promise: Promise<unknown>): Promise<string> {
  return String(((await rejectionOf(promise)) as { message?: unknown }).message);
}

async function rejectionOf(promise: Promise<unknown>): Promise<unknown> {
  const outcome = await promise.then(
    () => null,
    (error: unknown) => ({ error }),
  );
  if (outcome === null) throw new Error('it was expected to reject');
  return outcome.error;
}
