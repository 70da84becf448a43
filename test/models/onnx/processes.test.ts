import { setMaxListeners } from 'node:events';
import { availableParallelism } from 'node:os';
import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { codes } from '../../../bridge/node/codes.ts';
import { ModelError } from '../../../runtime/models/model-error.ts';
import type { StartModel } from '../../../runtime/models/onnx/model-process.ts';
import { ModelProcesses } from '../../../runtime/models/onnx/model-processes.ts';
import { OnnxModel } from '../../../runtime/models/onnx/onnx-model.ts';
import { startModelProcess } from '../../../runtime/models/onnx/start-model-process.ts';
import type { StartedProcess } from '../../../runtime/processes/start-process.ts';
import { notRun } from '../../support/not-run.ts';
import { makeTempDir } from '../../support/temp-dir.ts';
import { freeze } from '../../support/processes.ts';
import {
  filled,
  fixture,
  floats,
  floatsOf,
  NEVER,
  OPTIONS,
  outputsOf,
  run,
  strings,
  withProcesses,
  codeOf,
  rounds,
} from './fixture.ts';
import { withMeasured } from './measured.ts';

const GOOD = floats('x', [1, 2], [1, 2]);

setFlagsFromString('--expose-gc');
/** Has what nobody holds given back. */
const collect = runInNewContext('gc') as () => void;

test('a slow run keeps neither the event loop nor the models in other processes from anything', async () => {
  await withProcesses(async (processes) => {
    const slow = await OnnxModel.load(processes, fixture('slow'), OPTIONS);
    const quick = await OnnxModel.load(processes, fixture('pairs'), OPTIONS);
    const [done] = outputsOf(await run(slow, [rounds(2)]));
    assert.is(done?.bytes.readBigInt64LE(0), 2n);
    const events: string[] = [];
    const ending = new AbortController();
    // It takes longer than this test may.
    const running = run(slow, [rounds(1e9)], null, ending.signal).catch((reason: unknown) =>
      events.push(String(reason)),
    );
    for (let turn = 0; turn < 20; turn++) {
      await setImmediate();
      assert.equal(outputsOf(await run(quick, [GOOD])).map(floatsOf), [[1, 2]]);
    }
    assert.equal(events, []);
    ending.abort('enough');
    await running;
    assert.equal(events, ['enough']);
  });
});

test('models that are loaded, asked for and released in one process at the same time get their own answers', async () => {
  const processes = new ModelProcesses({ limit: 1, laneDir: makeTempDir() });
  await withProcesses(async () => {
    const names = ['pairs', 'identity-string', 'pairs', 'slow'];
    // The first of them has the library to load.
    const loading = names.map((name) => OnnxModel.load(processes, fixture(name), OPTIONS));
    const { host } = processes.place();
    // Of a session that there is not, which takes no time.
    const asked = host.release(99);
    const models = await Promise.all(loading);
    await asked;
    assert.equal(
      models.map(({ inputs }) => inputs.map(({ type }) => type)),
      [['float32'], ['string'], ['float32'], ['int64']],
    );
    const [first, ...others] = models;
    const more = OnnxModel.load(processes, fixture('pairs'), OPTIONS);
    await Promise.all([first?.release(), more, ...others.map((model) => model.release())]);
    assert.equal(outputsOf(await run(await more, [GOOD])).map(floatsOf), [[1, 2]]);
  }, processes);
});

test('a model that is slow to load keeps nothing from anything, also where more models than processors serve', async () => {
  const started: StartedProcess[] = [];
  const start = (lane: string | null) => {
    const child = startModelProcess({ lane });
    started.push(child);
    return child;
  };
  const processes = new ModelProcesses({ start });
  await withProcesses(async () => {
    const serving = Array.from({ length: Math.min(availableParallelism() + 1, 7) });
    const quick = await Promise.all(serving.map(() => OnnxModel.load(processes, fixture('pairs'), OPTIONS)));
    const callAll = async (): Promise<void> => {
      for (let turn = 0; turn < 10; turn++) await Promise.all(quick.map((model) => run(model, [GOOD])));
    };
    let isOver = false;
    const loading = OnnxModel.load(processes, fixture('slow-load'), OPTIONS).finally(() => (isOver = true));
    while (started.length === serving.length) await setImmediate();
    const { pid } = started.at(-1) ?? {};
    assert.ok(pid);
    // It takes as long as it is made to, and then the processor too.
    freeze(pid);
    await callAll();
    assert.not.ok(isOver);
    process.kill(pid, 'SIGCONT');
    await callAll();
    await loading;
  }, processes);
});

test('calls of one model at the same time are each answered with their own', async () => {
  await withProcesses(async (processes) => {
    const model = await OnnxModel.load(processes, fixture('pairs'), OPTIONS);
    const answers = await Promise.all(
      Array.from({ length: 200 }, (_, index) => run(model, [floats('x', [1, 2], [index, index / 2])])),
    );
    for (const [index, answer] of answers.entries()) {
      assert.equal(outputsOf(answer).map(floatsOf), [[index, index / 2]]);
    }
  });
});

test('a cancelled call is answered before its run ends, and one that waits for it is not run', async () => {
  await withProcesses(async (processes) => {
    const slow = await OnnxModel.load(processes, fixture('slow'), OPTIONS);
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
  if (process.platform !== 'linux') {
    notRun('macOS: the memory of another process is not told');
    return;
  }
  await withMeasured(async (processes, { residentBytes }) => {
    const MB = 2 ** 20;
    await OnnxModel.load(processes, fixture('pairs'), OPTIONS);
    const before = residentBytes();
    const large = await OnnxModel.load(processes, fixture('large'), OPTIONS);
    const loaded = residentBytes();
    assert.ok(loaded - before > 100 * MB, `${loaded - before}`);
    await large.release();
    const released = residentBytes();
    assert.ok(loaded - released > 100 * MB, `${loaded - released}`);
    try {
      await run(large, [filled('x', 'int64', [1], BigInt64Array.of(0n))]);
      assert.unreachable();
    } catch (error) {
      assert.is(codeOf(error), codes.MODEL_UNUSABLE);
    }
  });
});

test('a process that ends fails the call that it had begun with the reason, and those that waited are made again', async () => {
  const start: StartModel = (_, note) => startModelProcess({}, { note, nodeOptions: ['--max-old-space-size=40'] });
  await withProcesses(
    async (processes) => {
      const greedy = await OnnxModel.load(processes, fixture('identity-string'), OPTIONS);
      const other = await OnnxModel.load(processes, fixture('pairs'), OPTIONS);
      const count = 2_000_000;
      const texts = strings('x', [count], new Array<string>(count).fill('four'));
      // Such a body would not be the caller's any more.
      const large = filled('x', 'float32', [100_000, 2], new Float32Array(200_000).fill(3));
      const failed = run(greedy, [texts]).catch((error: unknown) => error);
      const waiting = await Promise.all([run(other, [GOOD]), run(other, [large]), run(other, [GOOD])]);
      assert.equal(
        waiting.map((answer) => outputsOf(answer).map(floatsOf)[0]?.slice(-2)),
        [
          [1, 2],
          [3, 3],
          [1, 2],
        ],
      );
      const error = await failed;
      assert.instance(error, ModelError);
      assert.match(String(error), /the process that ran the model "identity-string" .* was ended by SIGABRT .*memory/i);
      const again = await Promise.all([
        run(other, [GOOD]),
        run(other, [GOOD]),
        run(greedy, [strings('x', [1], ['a'])]),
      ]);
      assert.equal(outputsOf(again[0]).map(floatsOf), [[1, 2]]);
      assert.is(again[2].outputs[0]?.bytes, 5);
      await other.release();
    },
    new ModelProcesses({ limit: 1, start }),
  );
});

test('calls that wait while a large one is sent keep nothing of what was cancelled among them', async () => {
  await withProcesses(async (processes) => {
    const slow = await OnnxModel.load(processes, fixture('slow'), OPTIONS);
    const long = run(slow, [rounds(400)]);
    const before = process.memoryUsage().arrayBuffers;
    const controller = new AbortController();
    setMaxListeners(0, controller.signal);
    const bytes = 20 * 2 ** 20;
    const calls = Array.from({ length: 20 }, () =>
      slow.run([rounds(1).tensor], Buffer.alloc(bytes), null, controller.signal).catch((error: unknown) => error),
    );
    const next = run(slow, [rounds(1)]);
    controller.abort('cancelled');
    assert.equal(
      await Promise.all(calls),
      calls.map(() => 'cancelled'),
    );
    // What is collected is told a turn later.
    for (let turn = 0; turn < 3; turn++) {
      collect();
      await setImmediate();
    }
    // The one that is being sent.
    assert.ok(process.memoryUsage().arrayBuffers - before < 2 * bytes);
    await long;
    await next;
  });
});

test('what is asked of processes that were ended is refused', async () => {
  const processes = new ModelProcesses();
  const model = await OnnxModel.load(processes, fixture('pairs'), OPTIONS);
  await processes.close();
  try {
    await run(model, [GOOD]);
    assert.unreachable();
  } catch (error) {
    assert.is(codeOf(error), codes.MODEL_UNUSABLE);
  }
  await model.release();
  const late = await OnnxModel.load(processes, fixture('pairs'), OPTIONS).catch((error: unknown) => error);
  assert.match(String(late), 'the process that ran the model "pairs" (version 2) was stopped');
});

test('a new model goes to the process with the fewest, and no process is started before there is one', () => {
  let started = 0;
  const start = () => {
    started++;
    return startModelProcess();
  };
  const processes = new ModelProcesses({ limit: 2, start });
  const [first, second, third] = [processes.place(), processes.place(), processes.place()];
  assert.is.not(first.host, second.host);
  assert.is(third.host, first.host);
  second.leave();
  assert.is(processes.place().host, second.host);
  assert.is(started, 0);
});

test.run();
