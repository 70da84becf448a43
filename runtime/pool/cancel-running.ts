import type { PredictorProcess } from '../predictor/process.ts';

/** How long a `predict` may go on after its cancellation before its process is killed. */
const CANCEL_GRACE_MS = 5000;

/**
 * Asks the `predict` of a workload to give up, and ends its process when it has not by then; `done` settles with the run. One that waits in the
 * process behind another costs nobody anything until it begins.
 */
export function cancelRunning(id: string, process: PredictorProcess, done: Promise<unknown>): void {
  if (!process.cancel(id)) return;
  let ran = process.runs(id);
  const timer = setInterval(() => {
    if (ran) void process.kill();
    ran = process.runs(id);
  }, CANCEL_GRACE_MS);
  void done.finally(() => {
    clearInterval(timer);
  });
}
