import { createServer } from 'node:net';
import { LaneCaller, type RunByHandle } from './lane-caller.ts';
import { intoOneBuffer } from './lane-socket.ts';
import { RunQueue } from './run-queue.ts';

/** One for each predictor process, and some for those that have ended but whose end is not seen yet. */
const MAX_CONNECTIONS = 4096;

/**
 * Answers `onnx/predict` on a socket at this path, straight to the predictor processes: on the way over the thread that everything else goes through, one more
 * processor or thread has to wake up on each side of a run. Resolves to whether there is such a socket.
 */
export function openLane(path: string, run: RunByHandle): Promise<boolean> {
  const queue = new RunQueue();
  const server = createServer({ pauseOnConnect: true }, (accepted) => {
    new LaneCaller(intoOneBuffer(accepted), queue, run);
  });
  server.maxConnections = MAX_CONNECTIONS;
  return new Promise((resolve) => {
    server.once('error', () => {
      resolve(false);
    });
    server.listen(path, () => {
      resolve(true);
    });
  });
}
