import { parentPort } from 'node:worker_threads';
import { errnoOf, reasonOf } from '../tree/reason.ts';
import { CallError, libraryMessage } from './call-error.ts';
import type { FromThread, LoadOrder, RunOrder, ToThread } from './exchange.ts';
import { flattenTensors } from './flat-tensors.ts';
import { loadLibrary, type Library } from './library.ts';
import { OnnxSession } from './session.ts';
import { letGo } from '../../../bridge/node/let-go.ts';
import { WireError } from '../protobuf/file-reader.ts';

/* A model thread: does one order after the other, for whoever started it. */

const sessions = new Map<number, OnnxSession>();
let library: Promise<Library> | null = null;

function send(message: FromThread, transfer: readonly ArrayBuffer[] = []): void {
  parentPort?.postMessage(message, transfer);
}

function sendError(error: unknown): void {
  if (error instanceof CallError) send([error.code, error.message]);
  else if (error instanceof WireError) send(['UNLOADABLE', error.message]);
  else if (errnoOf(error) !== '') send(['UNREADABLE', reasonOf(error)]);
  else send(['UNLOADABLE', `cannot be read: ${error instanceof Error ? error.message : String(error)}`]);
}

async function load(number: number, order: LoadOrder): Promise<void> {
  try {
    library ??= loadLibrary();
    const session = new OnnxSession(await library.catch(failed), order);
    sessions.set(number, session);
    send([session.spec]);
  } catch (error) {
    sendError(error);
  }
}

function failed(error: unknown): never {
  throw new CallError('UNLOADABLE', `cannot be loaded, as onnxruntime-node cannot be: ${libraryMessage(error)}`);
}

function run(number: number, order: RunOrder): void {
  const session = sessions.get(number);
  if (session === undefined) throw new CallError('MODEL_UNUSABLE', 'the model is no longer loaded');
  const { outputs, body } = session.run(order);
  send([flattenTensors(outputs), body], [body]);
  // Nobody waits for that any more.
  letGo(new Uint8Array(order.body));
}

parentPort?.on('message', (message: ToThread) => {
  const [number] = message;
  try {
    if (message.length === 4) {
      run(number, { kind: 'run', inputs: message[1], outputs: message[2], body: message[3] });
    } else if (message[1].kind === 'load') {
      void load(number, message[1]);
    } else {
      sessions.get(number)?.release();
      sessions.delete(number);
      send([null]);
    }
  } catch (error) {
    sendError(error);
  }
});
