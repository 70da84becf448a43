import { parentPort } from 'node:worker_threads';
import { CallError } from './call-error.ts';
import type { FromThread, LoadOrder, ToThread } from './exchange.ts';
import { loadLibrary, type Library } from './library.ts';
import { OnnxSession } from './session.ts';
import { WireError } from './wire-reader.ts';

/* A model thread: does one order after the other, for whoever started it. */

const sessions = new Map<number, OnnxSession>();
let library: Promise<Library> | null = null;

function send(message: FromThread): void {
  parentPort?.postMessage(message, 'body' in message && message.body !== null ? [message.body] : []);
}

function sendError(call: number, error: unknown): void {
  if (error instanceof CallError) send({ call, code: error.code, message: error.message });
  else if (error instanceof WireError) send({ call, code: 'UNLOADABLE', message: error.message });
  else
    send({
      call,
      code: 'UNLOADABLE',
      message: `cannot be read: ${error instanceof Error ? error.message : String(error)}`,
    });
}

async function load(call: number, number: number, order: LoadOrder): Promise<void> {
  try {
    library ??= loadLibrary();
    const session = new OnnxSession(await library, order);
    sessions.set(number, session);
    send({ call, result: session.spec, body: null });
  } catch (error) {
    sendError(call, error);
  }
}

parentPort?.on('message', ({ call, session: number, order }: ToThread) => {
  if (order.kind === 'load') {
    void load(call, number, order);
    return;
  }
  try {
    const session = sessions.get(number);
    if (session === undefined) throw new CallError('MODEL_UNUSABLE', 'the model is no longer loaded');
    if (order.kind === 'run') {
      const { outputs, body } = session.run(order);
      send({ call, result: outputs, body });
    } else {
      sessions.delete(number);
      session.release();
      send({ call, result: null, body: null });
    }
  } catch (error) {
    sendError(call, error);
  }
});
