import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { codes } from '../../../bridge/node/codes.ts';
import { Connection, type Packet } from '../../../bridge/node/connection.ts';
import { BridgeError } from '../../../bridge/node/messages.ts';
import { ModelThreads } from '../../../runtime/models/onnx/model-threads.ts';
import { OnnxModel } from '../../../runtime/models/onnx/onnx-model.ts';
import { startModelThread } from '../../../runtime/models/onnx/start-model-thread.ts';
import { makeTempDir } from '../../support/temp-dir.ts';
import {
  bodyOf,
  filled,
  type Filled,
  fixture,
  floats,
  floatsOf,
  NEVER,
  OPTIONS,
  outputsOf,
  strings,
} from './fixture.ts';
import { withThreads } from './fixture.ts';

const HANDLE = 7;
const GOOD = floats('x', [1, 2], [1, 2]);

/** A predictor process, as a lane sees one. */
class Caller {
  readonly socket: Socket;
  readonly connection: Connection;

  constructor(lane: string) {
    this.socket = connect(lane);
    this.connection = new Connection(
      { down: this.socket, up: this.socket },
      { notified: () => undefined, requested: () => Promise.reject(new Error('none')), closed: () => undefined },
    );
  }

  predict(given: readonly Filled[], model = HANDLE, outputs: string[] | null = null, sent?: (id: number) => void) {
    const inputs = given.map(({ tensor }) => tensor);
    return this.connection.request('onnx/predict', { model, inputs, outputs }, bodyOf(given), sent);
  }
}

interface Laned {
  readonly model: OnnxModel;
  readonly lane: string;
  readonly threads: ModelThreads;
  /** A new one. */
  readonly caller: () => Caller;
}

/** Runs `act` with a model of `make_onnx.py` that is called by HANDLE. */
async function withLane(name: string, act: (laned: Laned) => Promise<void>, start = startModelThread): Promise<void> {
  const callers: Caller[] = [];
  const threads = new ModelThreads({ limit: 1, laneDir: makeTempDir(), start: (lane) => start({}, lane) });
  await withThreads(async () => {
    const model = await OnnxModel.load(threads, fixture(name), OPTIONS);
    model.give(HANDLE);
    const lane = (await model.lane(NEVER)) ?? '';
    const caller = (): Caller => {
      const one = new Caller(lane);
      callers.push(one);
      return one;
    };
    await act({ model, lane, threads, caller });
    for (const { connection } of callers) connection.close(null);
  }, threads);
}

function rounds(count: number): Filled {
  return filled('rounds', 'int64', [], BigInt64Array.of(BigInt(count)));
}

async function codeOf(asked: Promise<unknown>): Promise<number> {
  const error: unknown = await asked.then(
    () => null,
    (caught: unknown) => caught,
  );
  assert.instance(error, BridgeError);
  return (error as BridgeError).code;
}

function answered({ value, body }: Packet): number[][] {
  const { outputs } = value as { outputs: [] };
  return outputsOf({ outputs, body }).map(floatsOf);
}

test('a model is called by a handle that was given, as long as it is not withdrawn', async () => {
  await withLane('pairs', async ({ model, caller }) => {
    const one = caller();
    assert.equal(answered(await one.predict([GOOD])), [[1, 2]]);
    assert.is(await codeOf(one.predict([GOOD], HANDLE + 1)), codes.MODEL_CHANGED);
    model.withdraw(HANDLE);
    assert.is(await codeOf(one.predict([GOOD])), codes.MODEL_CHANGED);
    model.give(HANDLE + 1);
    assert.equal(answered(await one.predict([GOOD], HANDLE + 1)), [[1, 2]]);
  });
});

test('a model that is released is called by none of its handles', async () => {
  await withLane('pairs', async ({ model, caller }) => {
    await model.release();
    assert.is(await codeOf(caller().predict([GOOD])), codes.MODEL_CHANGED);
    assert.is(await model.lane(NEVER), null);
  });
});

test('what is wrong is told with the same codes as on the way over the supervisor', async () => {
  await withLane('pairs', async ({ caller }) => {
    const one = caller();
    assert.is(await codeOf(one.predict([])), codes.TENSOR_INVALID);
    assert.is(await codeOf(one.predict([GOOD], HANDLE, ['z'])), codes.TENSOR_INVALID);
    assert.is(await codeOf(one.connection.request('onnx/predict', { model: '7' })), codes.INVALID_PARAMS);
    assert.is(await codeOf(one.connection.request('onnx/list', null)), codes.METHOD_NOT_FOUND);
    assert.equal(answered(await one.predict([GOOD])), [[1, 2]]);
  });
});

test('those who call take turns, however many calls each of them has waiting', async () => {
  await withLane('slow', async ({ caller }) => {
    const [busy, many, one] = [caller(), caller(), caller()];
    await Promise.all([busy, many, one].map(({ socket }) => once(socket, 'connect')));
    const order: string[] = [];
    const calls = [
      busy.predict([rounds(30)]),
      ...['first', 'second', 'third'].map((name) => many.predict([rounds(1)]).then(() => order.push(name))),
      one.predict([rounds(1)]).then(() => order.push('other')),
    ];
    await Promise.all(calls);
    assert.ok(order.indexOf('other') < order.indexOf('third'), order.join());
  });
});

test('a call that is cancelled before it has begun is not run, and one whose caller is gone neither', async () => {
  await withLane('slow', async ({ caller }) => {
    const [busy, one, gone] = [caller(), caller(), caller()];
    await Promise.all([busy, one, gone].map(({ socket }) => once(socket, 'connect')));
    const begun = busy.predict([rounds(1)]);
    // Longer than it takes until the others have said what they have to.
    const running = busy.predict([rounds(600)]);
    await begun;
    // Each of these two would take longer than this test may. Corked: request and cancellation arrive together.
    one.socket.cork();
    let id = 0;
    const cancelled = one.predict([rounds(1_000_000)], HANDLE, null, (sent) => (id = sent));
    one.connection.cancel(id);
    one.socket.uncork();
    gone.predict([rounds(1_000_000)]).catch(() => undefined);
    setImmediate(() => {
      gone.connection.close(null);
    });
    assert.is(await codeOf(cancelled), codes.CANCELLED);
    await running;
    await one.predict([rounds(1)]);
  });
});

test('one that does not read its large answers keeps the others up for a moment only', async () => {
  await withLane('identity-float32', async ({ caller }) => {
    const [lazy, other] = [caller(), caller()];
    const large = filled('x', 'float32', [2_000_000], new Float32Array(2_000_000).fill(2));
    const small = floats('x', [1], [3]);
    await Promise.all([lazy, other].map(({ socket }) => once(socket, 'connect')));
    lazy.socket.pause();
    const late = lazy.predict([large]);
    for (let turn = 0; turn < 5; turn++) assert.equal(answered(await other.predict([small])), [[3]]);
    lazy.socket.resume();
    const [values] = answered(await late);
    assert.is(values?.length, 2_000_000);
  });
});

test('a thread that ends closes its lane, tells why, and its models are called on another lane by the same handles', async () => {
  const start: typeof startModelThread = (_, lane) => startModelThread({ maxOldGenerationSizeMb: 40 }, lane);
  await withLane(
    'identity-string',
    async ({ model, lane, caller }) => {
      const count = 2_000_000;
      const one = caller();
      const texts = strings('x', [count], new Array<string>(count).fill('four'));
      assert.is(await codeOf(one.predict([texts])), codes.CONNECTION_CLOSED);
      const reason = await model.whyEnded(lane, NEVER);
      assert.match(reason ?? '', /^the thread that ran the model "identity-string" .* ended: .*memory/i);
      const next = await model.lane(NEVER);
      assert.is.not(next, lane);
      assert.is(await model.whyEnded(lane, NEVER), reason);
      assert.is(await model.whyEnded(next ?? '', NEVER), null);
      const again = new Caller(next ?? '');
      const { value } = await again.predict([strings('x', [1], ['a'])]);
      assert.is((value as { outputs: { bytes: number }[] }).outputs[0]?.bytes, 5);
      again.connection.close(null);
    },
    start,
  );
});

test('there is no lane where its path is too long for a socket, or its folder is not there', async () => {
  for (const laneDir of [`${makeTempDir()}/${'long'.repeat(30)}`, `${makeTempDir()}/missing`, null]) {
    const threads = new ModelThreads({ laneDir });
    await withThreads(async () => {
      const model = await OnnxModel.load(threads, fixture('pairs'), OPTIONS);
      model.give(HANDLE);
      assert.is(await model.lane(NEVER), null);
    }, threads);
  }
});

test.run();
