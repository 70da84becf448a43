import { connect, type Socket } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import * as assert from 'uvu/assert';
import { Connection, type Packet } from '../../../bridge/node/connection.ts';
import { BridgeError } from '../../../bridge/node/messages.ts';
import type { StartModel } from '../../../runtime/models/onnx/model-process.ts';
import { ModelProcesses } from '../../../runtime/models/onnx/model-processes.ts';
import { OnnxModel } from '../../../runtime/models/onnx/onnx-model.ts';
import { startModelProcess } from '../../../runtime/models/onnx/start-model-process.ts';
import { freeze } from '../../support/processes.ts';
import { makeTempDir } from '../../support/temp-dir.ts';
import { bodyOf, type Filled, fixture, floats, floatsOf, NEVER, OPTIONS, outputsOf, withProcesses } from './fixture.ts';

/** What the calls of each `Caller` name it by. */
let lastCaller = 0;
/** By which `withLane` has its model called. */
export const HANDLE = 7;
/** What the model "pairs" takes, and gives back. */
export const GOOD = floats('x', [1, 2], [1, 2]);

/** A predictor process, as a lane sees one. */
export class Caller {
  readonly socket: Socket;
  readonly connection: Connection;
  readonly name = (lastCaller += 1);

  constructor(lane: string) {
    this.socket = connect(lane);
    this.connection = new Connection(
      { down: this.socket, up: this.socket },
      { notified: () => undefined, requested: () => Promise.reject(new Error('none')), closed: () => undefined },
    );
  }

  predict(given: readonly Filled[], model = HANDLE, outputs: string[] | null = null, sent?: (id: number) => void) {
    const inputs = given.map(({ tensor }) => tensor);
    const params = { model, caller: this.name, inputs, outputs };
    return this.connection.request('onnx/predict', params, bodyOf(given), sent);
  }
}

export interface Laned {
  readonly model: OnnxModel;
  readonly lane: string;
  readonly processes: ModelProcesses;
  /** A new one. */
  readonly caller: () => Caller;
  /** Has the process stand still while `send` sends, so that all of it has arrived when the process goes on. To connections that it knows already. */
  readonly together: (send: () => void) => Promise<void>;
}

/** Runs `act` with a model of `make_onnx.py` that is called by HANDLE. */
export async function withLane(
  name: string,
  act: (laned: Laned) => Promise<void>,
  start: StartModel = (lane, note) => startModelProcess({ lane }, { note }),
): Promise<void> {
  const callers: Caller[] = [];
  let pid: number | undefined;
  const seen: StartModel = (lane, note) => {
    const started = start(lane, note);
    ({ pid } = started);
    return started;
  };
  const processes = new ModelProcesses({ limit: 1, laneDir: makeTempDir(), start: seen });
  await withProcesses(async () => {
    const model = await OnnxModel.load(processes, fixture(name), OPTIONS);
    model.give(HANDLE);
    const lane = (await model.lane(NEVER)) ?? '';
    const caller = (): Caller => {
      const one = new Caller(lane);
      callers.push(one);
      return one;
    };
    const together = async (send: () => void): Promise<void> => {
      assert.ok(pid !== undefined);
      freeze(pid);
      send();
      // Writing comes after what is being done, closing one turn later.
      await nextTurn();
      await nextTurn();
      process.kill(pid, 'SIGCONT');
    };
    await act({ model, lane, processes, caller, together });
    for (const { connection } of callers) connection.close(null);
  }, processes);
}

/** The code with which something is answered; fails where it is answered otherwise. */
export async function codeOf(asked: Promise<unknown>): Promise<number> {
  const error: unknown = await asked.then(
    () => null,
    (caught: unknown) => caught,
  );
  assert.instance(error, BridgeError);
  return (error as BridgeError).code;
}

/** The outputs of an answer, each as numbers. */
export function answered({ value, body }: Packet): number[][] {
  const { outputs } = value as { outputs: [] };
  return outputsOf({ outputs, body }).map(floatsOf);
}
