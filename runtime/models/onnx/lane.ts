import { createServer, type Server } from 'node:net';
import { Connection, type Packet } from '../../../bridge/node/connection.ts';
import { methodNotFound } from '../../../bridge/node/messages.ts';
import { up } from '../../../bridge/node/methods.ts';
import type { ModelPredictResult, OnnxPredictParams } from '../../../bridge/node/tensors.ts';
import { onnxPredictParams } from '../params.ts';
import { intoOneBuffer } from './lane-socket.ts';
import { RunQueue } from './run-queue.ts';
import { untilWritten } from './until-written.ts';

/** One for each predictor process, and some for those that have ended but whose end is not seen yet. */
const MAX_CONNECTIONS = 4096;

/** Runs a model by its handle. Throws `BridgeError`. */
export type RunByHandle = (params: OnnxPredictParams, body: Buffer) => Packet<ModelPredictResult>;

/**
 * Answers `onnx/predict` on a socket at this path, straight to the predictor processes: the way over the thread that everything else goes through costs a large
 * call more than its computing time is long. Returns whether there is such a socket.
 */
export function openLane(path: string, run: RunByHandle): Promise<boolean> {
  const queue = new RunQueue();
  const server: Server = createServer({ pauseOnConnect: true }, (accepted) => {
    const socket = intoOneBuffer(accepted);
    const caller = { written: () => untilWritten(socket) };
    new Connection(
      { down: socket, up: socket },
      {
        notified: () => undefined,
        requested: async (method, { value, body }, signal) => {
          if (method !== up.onnxPredict) throw methodNotFound(method);
          const params = onnxPredictParams(value);
          return await queue.add(caller, () => run(params, body), signal);
        },
        closed: () => undefined,
      },
    );
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
