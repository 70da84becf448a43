import type { ResourceLimits, Worker } from 'node:worker_threads';
import { startThread } from '../../processes/start-thread.ts';

/** Starts a thread that speaks `exchange.ts`. `resourceLimits` are those of its JavaScript; tensors and models lie outside of them. */
export function startModelThread(resourceLimits: ResourceLimits = {}): Worker {
  return startThread(new URL('./worker.ts', import.meta.url), 'onnx-worker.js', { name: 'models', resourceLimits });
}
