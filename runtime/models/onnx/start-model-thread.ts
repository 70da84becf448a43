import type { ResourceLimits, Worker } from 'node:worker_threads';
import { startThread } from '../../processes/start-thread.ts';

/**
 * onnxruntime writes what it does into a database below the user's home, and sends it to its makers, unless this says otherwise. It asks the environment of
 * the process, of which a thread has only a copy: so it is said here, before any thread loads it. A user may have said something himself.
 * Source: core/platform/posix/telemetry.cc of onnxruntime 1.30
 */
const TELEMETRY_SWITCH = 'ORT_DISABLE_TELEMETRY';

/** What a thread is started with. */
export interface ThreadData {
  /** Where it is to listen for predictor processes; null: nowhere. */
  readonly lane: string | null;
  /** How long it keeps the memory of a large run for the next one. */
  readonly keepMs: number;
}

/** More often a large run is paid for with its memory, less often its memory is missed elsewhere. */
const KEEP_MS = 60_000;

/** Starts a thread that speaks `exchange.ts`. `resourceLimits` are those of its JavaScript; tensors and models lie outside of them. */
export function startModelThread(
  resourceLimits: ResourceLimits = {},
  lane: string | null = null,
  keepMs = KEEP_MS,
): Worker {
  process.env[TELEMETRY_SWITCH] ??= '1';
  return startThread(new URL('./worker.ts', import.meta.url), 'onnx-worker.js', {
    name: 'models',
    resourceLimits,
    workerData: { lane, keepMs } satisfies ThreadData,
  });
}
