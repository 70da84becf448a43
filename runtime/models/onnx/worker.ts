import type { Packet } from '../../../bridge/node/connection.ts';
import { intoOneBuffer } from '../../../bridge/node/one-buffer.ts';
import type { ModelPredictResult, OnnxPredictParams } from '../../../bridge/node/tensors.ts';
import { ModelError, modelChanged } from '../model-error.ts';
import { WireError } from '../protobuf/file-reader.ts';
import { errnoOf, reasonOf } from '../tree/reason.ts';
import { BegunNote } from './begun-note.ts';
import { LoadError } from './load-error.ts';
import { libraryMessage } from './library-message.ts';
import {
  READY,
  type FromProcess,
  type Loaded,
  type LoadOrder,
  type Note,
  type Order,
  type ToProcess,
} from './exchange.ts';
import { LaneCaller } from './lane-caller.ts';
import { openLane } from './lane.ts';
import { loadLibrary, type Library } from './library.ts';
import { ownMemory } from './own-memory.ts';
import { RunQueue } from './run-queue.ts';
import { OnnxSession } from './session.ts';
import { CALLS_FD, NOTE_FD, type ProcessData } from './start-model-process.ts';
import { TakenMemory } from './taken-memory.ts';

/* A model process: does one order after the other for whoever started it, and runs models for the predictor processes on its lane. */

const sessions = new Map<number, OnnxSession>();
/** Which session is called by which handle. */
const handles = new Map<number, number>();
const taken = new TakenMemory();
let library: Promise<Library> | null = null;

const { lane, keepMs, isNoting } = JSON.parse(process.argv[2] ?? '') as ProcessData;
const begun = isNoting ? BegunNote.take(NOTE_FD) : null;
const queue = new RunQueue();
const laneOpened = lane === null ? Promise.resolve(false) : openLane(lane, queue, runByHandle);
new LaneCaller(intoOneBuffer({ fd: CALLS_FD, readable: true, writable: true }), queue, runByNumber);

function send(message: FromProcess, sent: () => void = () => undefined): void {
  process.send?.(message, sent);
}

function sendError(error: unknown): void {
  if (error instanceof LoadError) send([error.code, error.message], error.code === 'LIBRARY' ? end : undefined);
  else if (error instanceof WireError) send(['UNLOADABLE', error.message]);
  else if (errnoOf(error) !== '') send(['UNREADABLE', reasonOf(error)]);
  else send(['UNLOADABLE', `cannot be read: ${error instanceof Error ? error.message : String(error)}`]);
}

async function load(number: number, order: LoadOrder): Promise<Loaded> {
  library ??= loadLibrary();
  const session = new OnnxSession(await library.catch(withoutLibrary), order, taken, keepMs);
  sessions.set(number, session);
  return { spec: session.spec, lane: (await laneOpened) ? lane : null };
}

/** This process would never load the library any more, also where there was too little memory for a moment. */
function end(): void {
  process.exit(1);
}

function withoutLibrary(error: unknown): never {
  throw new LoadError('LIBRARY', libraryMessage(error));
}

/** For predictor processes, by handle. */
function runByHandle(params: OnnxPredictParams, body: Buffer, id: number): Packet<ModelPredictResult> {
  const session = sessions.get(handles.get(params.model) ?? 0);
  if (session === undefined) throw modelChanged();
  return run(session, params, body, id);
}

/** For whoever started it, by the number of the session. */
function runByNumber(params: OnnxPredictParams, body: Buffer, id: number): Packet<ModelPredictResult> {
  const session = sessions.get(params.model);
  if (session === undefined) throw new ModelError('MODEL_UNUSABLE', 'the model is no longer loaded');
  return run(session, params, body, id);
}

function run(
  session: OnnxSession,
  { caller, inputs, outputs }: OnnxPredictParams,
  body: Buffer,
  id: number,
): Packet<ModelPredictResult> {
  begun?.begin({ caller, id });
  const answer = session.run(inputs, outputs, ownMemory(body));
  return { value: { outputs: answer.outputs }, body: Buffer.from(answer.body) };
}

function release(number: number): void {
  for (const [handle, session] of handles) if (session === number) handles.delete(handle);
  sessions.get(number)?.release();
  sessions.delete(number);
}

function note([session, handle, isGiven]: Note): void {
  if (isGiven) handles.set(handle, session);
  else handles.delete(handle);
}

async function obey(number: number, order: Order): Promise<void> {
  try {
    if (order.kind === 'release') release(number);
    send([order.kind === 'load' ? await load(number, order) : null]);
  } catch (error) {
    sendError(error);
  }
}

/** One order after the other: who asks knows their answers by their order. */
let obeyed = Promise.resolve();

process.on('message', (message: ToProcess) => {
  if (message.length === 2) obeyed = obeyed.then(() => obey(...message));
  else note(message);
});
send(READY);
// Whoever started it has ended.
process.on('disconnect', () => {
  process.exit();
});
// It may have, before that could be heard of.
if (!process.connected) process.exit();
// That ends it, and nobody else: a signal for all of a service comes while the last workloads still call models.
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => undefined);
