import { createServer } from 'node:net';
import { LaneCaller, type RunByNumber } from './lane-caller.ts';
import { takeOver } from './lane-socket.ts';
import type { RunQueue } from './run-queue.ts';

/**
 * Answers `onnx/predict` on a socket at this path, straight to the predictor processes: on the way over the process that everything else goes through, one more
 * process has to wake up on each side of a run. Resolves to whether there is such a socket.
 */
export function openLane(path: string, queue: RunQueue, run: RunByNumber): Promise<boolean> {
  const server = createServer({ pauseOnConnect: true }, (accepted) => {
    new LaneCaller(takeOver(accepted), queue, run);
  });
  return new Promise((resolve) => {
    // Not once: whoever cannot be let in, as where no file descriptor is left, is not to end this process with its models.
    server.on('error', () => {
      resolve(false);
    });
    server.listen(path, () => {
      resolve(true);
    });
  });
}
