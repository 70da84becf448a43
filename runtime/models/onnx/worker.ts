import { parentPort } from 'node:worker_threads';
import { CallError } from './call-error.ts';
import type { FromThread, LoadOrder, RunOrder, ToThread } from './exchange.ts';
import { flattenTensors } from './flat-tensors.ts';
import { loadLibrary, type Library } from './library.ts';
import { OnnxSession } from './session.ts';
import { WireError } from './wire-reader.ts';

/* A model thread: does one order after the other, for whoever started it. */

const sessions = new Map<number, OnnxSession>();
let library: Promise<Library> | null = null;

function send(message: FromThread, transfer: readonly ArrayBuffer[] = []): void {
  parentPort?.postMessage(message, transfer);
}

function sendError(call: number, error: unknown): void {
  if (error instanceof CallError) send([call, error.code, error.message]);
  else if (error instanceof WireError) send([call, 'UNLOADABLE', error.message]);
  else send([call, 'UNLOADABLE', `cannot be read: ${error instanceof Error ? error.message : String(error)}`]);
}

async function load(call: number, number: number, order: LoadOrder): Promise<void> {
  try {
    library ??= loadLibrary();
    const session = new OnnxSession(await library, order);
    sessions.set(number, session);
    send([call, session.spec]);
  } catch (error) {
    sendError(call, error);
  }
}

function run(call: number, number: number, order: RunOrder): void {
  const session = sessions.get(number);
  if (session === undefined) throw new CallError('MODEL_UNUSABLE', 'the model is no longer loaded');
  const { outputs, body } = session.run(order);
  send([call, flattenTensors(outputs), body], [body]);
}

parentPort?.on('message', (message: ToThread) => {
  const [call, number] = message;
  try {
    if (message.length === 5) {
      run(call, number, { kind: 'run', inputs: message[2], outputs: message[3], body: message[4] });
    } else if (message[2].kind === 'load') {
      void load(call, number, message[2]);
    } else {
      sessions.get(number)?.release();
      sessions.delete(number);
      send([call, null]);
    }
  } catch (error) {
    sendError(call, error);
  }
});
