import { availableParallelism } from 'node:os';
import { setImmediate } from 'node:timers/promises';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { codes } from '../../../bridge/node/codes.ts';
import { ModelError } from '../../../runtime/models/model-error.ts';
import { ModelThreads } from '../../../runtime/models/onnx/model-threads.ts';
import { OnnxModel } from '../../../runtime/models/onnx/onnx-model.ts';
import { startModelThread } from '../../../runtime/models/onnx/start-model-thread.ts';
import { filled, fixture, floats, floatsOf, NEVER, OPTIONS, outputsOf, run, strings, withThreads } from './fixture.ts';

const GOOD = floats('x', [1, 2], [1, 2]);

/** How long a call of the model "slow" takes: each round is a few milliseconds of multiplying. */
function rounds(count: number) {
  return filled('rounds', 'int64', [], BigInt64Array.of(BigInt(count)));
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : error;
}

test('a slow run keeps neither the event loop nor the models on other threads from anything', async () => {
  await withThreads(async (threads) => {
    const slow = await OnnxModel.load(threads, fixture('slow'), OPTIONS);
    const quick = await OnnxModel.load(threads, fixture('pairs'), OPTIONS);
    let isOver = false;
    const running = run(slow, [rounds(400)]).finally(() => (isOver = true));
    for (let turn = 0; turn < 20; turn++) {
      await setImmediate();
      await run(quick, [GOOD]);
    }
    assert.not.ok(isOver);
    const [done] = outputsOf(await running);
    assert.is(done?.bytes.readBigInt64LE(0), 400n);
  });
});

test('a model that is slow to load keeps nothing from anything, also where more models than processors serve', async () => {
  await withThreads(async (threads) => {
    const serving = Array.from({ length: Math.min(availableParallelism() + 1, 7) });
    const quick = await Promise.all(serving.map(() => OnnxModel.load(threads, fixture('pairs'), OPTIONS)));
    let isOver = false;
    const loading = OnnxModel.load(threads, fixture('slow-load'), OPTIONS).finally(() => (isOver = true));
    for (let turn = 0; turn < 20; turn++) await Promise.all(quick.map((model) => run(model, [GOOD])));
    assert.not.ok(isOver);
    await loading;
  });
});

test('calls of one model at the same time are each answered with their own', async () => {
  await withThreads(async (threads) => {
    const model = await OnnxModel.load(threads, fixture('pairs'), OPTIONS);
    const answers = await Promise.all(
      Array.from({ length: 200 }, (_, index) => run(model, [floats('x', [1, 2], [index, index / 2])])),
    );
    for (const [index, answer] of answers.entries()) {
      assert.equal(outputsOf(answer).map(floatsOf), [[index, index / 2]]);
    }
  });
});

test('a cancelled call is answered before its run ends, and one that waits for it is not run', async () => {
  await withThreads(async (threads) => {
    const slow = await OnnxModel.load(threads, fixture('slow'), OPTIONS);
    const events: string[] = [];
    const controller = new AbortController();
    const call = (name: string, count: number, signal: AbortSignal) =>
      run(slow, [rounds(count)], ['done'], signal).then(
        () => void events.push(name),
        (error: unknown) => void events.push(`${name} ${String(error)}`),
      );
    const first = call('first', 200, controller.signal);
    const second = call('second', 1e9, controller.signal);
    const third = call('third', 1e9, AbortSignal.abort('cancelled'));
    const last = call('last', 1, NEVER);
    controller.abort('cancelled');
    await Promise.all([first, second, third]);
    assert.equal(events.sort(), ['first cancelled', 'second cancelled', 'third cancelled']);
    await last;
  });
});

test('a released model is gone from memory, and says so when it is called', async () => {
  await withThreads(async (threads) => {
    const MB = 2 ** 20;
    await (await OnnxModel.load(threads, fixture('pairs'), OPTIONS)).release();
    const before = process.memoryUsage.rss();
    const large = await OnnxModel.load(threads, fixture('large'), OPTIONS);
    const loaded = process.memoryUsage.rss();
    assert.ok(loaded - before > 100 * MB, `${loaded - before}`);
    await large.release();
    const released = process.memoryUsage.rss();
    assert.ok(loaded - released > 100 * MB, `${loaded - released}`);
    try {
      await run(large, [filled('x', 'int64', [1], BigInt64Array.of(0n))]);
      assert.unreachable();
    } catch (error) {
      assert.is(codeOf(error), codes.MODEL_UNUSABLE);
    }
  });
});

test('a thread that ends fails its calls with the reason, and its models are loaded again when they are called', async () => {
  const start = () => startModelThread({ maxOldGenerationSizeMb: 40 });
  await withThreads(
    async (threads) => {
      const greedy = await OnnxModel.load(threads, fixture('identity-string'), OPTIONS);
      const other = await OnnxModel.load(threads, fixture('pairs'), OPTIONS);
      const count = 2_000_000;
      const texts = strings('x', [count], new Array<string>(count).fill('four'));
      const ends = await Promise.allSettled([
        run(greedy, [texts]),
        run(other, [GOOD]),
        run(other, [GOOD]),
        run(other, [GOOD]),
      ]);
      for (const end of ends) {
        assert.is(end.status, 'rejected');
        const error: unknown = end.status === 'rejected' ? end.reason : null;
        assert.instance(error, ModelError);
        assert.match(String(error), /the thread that ran the model .* ended: .*memory/i);
      }
      const again = await Promise.all([
        run(other, [GOOD]),
        run(other, [GOOD]),
        run(greedy, [strings('x', [1], ['a'])]),
      ]);
      assert.equal(outputsOf(again[0]).map(floatsOf), [[1, 2]]);
      assert.is(again[2].outputs[0]?.bytes, 5);
      await other.release();
    },
    new ModelThreads({ limit: 1, start }),
  );
});

test('a thread that the machine has no room for is told as that, and is tried again at the next call', async () => {
  let hasRoom = false;
  const noRoom = Object.assign(new Error('EAGAIN'), { code: 'ERR_WORKER_INIT_FAILED' });
  const start = () => {
    if (!hasRoom) throw noRoom;
    return startModelThread({ maxOldGenerationSizeMb: 40 });
  };
  const assertShort = (error: unknown): void => {
    assert.instance(error, ModelError);
    const { code, message, cause } = error as ModelError;
    assert.is(code, codes.MODEL_UNUSABLE);
    assert.match(message, /^A thread for the model "pairs" .*could not be started, .* no more processes .*EAGAIN/);
    assert.is(codeOf(cause), 'PONS_ERR_MACHINE_NO_PROCESSES');
  };
  await withThreads(
    async (threads) => {
      assertShort(await OnnxModel.load(threads, fixture('pairs'), OPTIONS).catch((error: unknown) => error));
      hasRoom = true;
      const pairs = await OnnxModel.load(threads, fixture('pairs'), OPTIONS);
      const greedy = await OnnxModel.load(threads, fixture('identity-string'), OPTIONS);
      const count = 2_000_000;
      const texts = strings('x', [count], new Array<string>(count).fill('four'));
      await run(greedy, [texts]).catch(() => undefined);
      hasRoom = false;
      assertShort(await run(pairs, [GOOD]).catch((error: unknown) => error));
      hasRoom = true;
      assert.equal(outputsOf(await run(pairs, [GOOD])).map(floatsOf), [[1, 2]]);
    },
    new ModelThreads({ limit: 1, start }),
  );
});

test('what is asked of threads that were ended is refused', async () => {
  const threads = new ModelThreads();
  const model = await OnnxModel.load(threads, fixture('pairs'), OPTIONS);
  await threads.close();
  try {
    await run(model, [GOOD]);
    assert.unreachable();
  } catch (error) {
    assert.is(codeOf(error), codes.MODEL_UNUSABLE);
  }
  await model.release();
});

test('a new model goes to the thread with the fewest, and no thread is started before there is one', () => {
  let started = 0;
  const start = () => {
    started++;
    return startModelThread();
  };
  const threads = new ModelThreads({ limit: 2, start });
  const [first, second, third] = [threads.place(), threads.place(), threads.place()];
  assert.is.not(first.thread, second.thread);
  assert.is(third.thread, first.thread);
  second.leave();
  assert.is(threads.place().thread, second.thread);
  assert.is(started, 0);
});

test.run();
