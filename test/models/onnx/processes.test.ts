import type { StartedProcess } from '../../../runtime/processes/start-process.ts';
import { EventEmitter } from 'node:events';
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { setImmediate } from 'node:timers/promises';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { codes } from '../../../bridge/node/codes.ts';
import { ModelError } from '../../../runtime/models/model-error.ts';
import { ModelProcesses } from '../../../runtime/models/onnx/model-processes.ts';
import { OnnxModel } from '../../../runtime/models/onnx/onnx-model.ts';
import { startModelProcess } from '../../../runtime/models/onnx/start-model-process.ts';
import { assertNoShortage } from '../../../runtime/processes/shortage.ts';
import { notRun } from '../../support/not-run.ts';
import { makeTempDir } from '../../support/temp-dir.ts';
import {
  type Filled,
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
} from './fixture.ts';
import { withMeasured } from './measured.ts';

const GOOD = floats('x', [1, 2], [1, 2]);

/** How long a call of the model "slow" takes: each round is a few milliseconds of multiplying. */
function rounds(count: number) {
  return filled('rounds', 'int64', [], BigInt64Array.of(BigInt(count)));
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : error;
}

test('a slow run keeps neither the event loop nor the models in other processes from anything', async () => {
  await withProcesses(async (processes) => {
    const slow = await OnnxModel.load(processes, fixture('slow'), OPTIONS);
    const quick = await OnnxModel.load(processes, fixture('pairs'), OPTIONS);
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
  await withProcesses(async (processes) => {
    const serving = Array.from({ length: Math.min(availableParallelism() + 1, 7) });
    const quick = await Promise.all(serving.map(() => OnnxModel.load(processes, fixture('pairs'), OPTIONS)));
    let isOver = false;
    const loading = OnnxModel.load(processes, fixture('slow-load'), OPTIONS).finally(() => (isOver = true));
    for (let turn = 0; turn < 20; turn++) await Promise.all(quick.map((model) => run(model, [GOOD])));
    assert.not.ok(isOver);
    await loading;
  });
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

test('a process that ends fails its calls with the reason, and its models are loaded again when they are called', async () => {
  const start = () => startModelProcess({}, { reaper: null, nodeOptions: ['--max-old-space-size=40'] });
  await withProcesses(
    async (processes) => {
      const greedy = await OnnxModel.load(processes, fixture('identity-string'), OPTIONS);
      const other = await OnnxModel.load(processes, fixture('pairs'), OPTIONS);
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
        assert.match(String(error), /the process that ran the model .* was ended by SIGABRT .*memory/i);
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
    new ModelProcesses({ limit: 1, start }),
  );
});

/** What ends the process of a model, and by which signal. */
const fatal: readonly (readonly [name: string, inputs: readonly Filled[], signal: string])[] = [
  ['abort', [floats('x', [0, 1, 3], [])], 'SIGABRT'],
  [
    'trap',
    [filled('a', 'int32', [1], Int32Array.of(-(2 ** 31))), filled('b', 'int32', [1], Int32Array.of(-1))],
    'SIGFPE',
  ],
];
for (const [name, inputs, signal] of fatal) {
  test(`an input that the library answers with ${signal} fails its own call, is told, and ends nothing else`, async () => {
    const told: string[] = [];
    const processes = new ModelProcesses({ died: (sentence) => told.push(sentence) });
    await withProcesses(async () => {
      const model = await OnnxModel.load(processes, fixture(name), OPTIONS);
      const other = await OnnxModel.load(processes, fixture('slow'), OPTIONS);
      const running = run(other, [rounds(50)]);
      for (const deaths of [1, 2]) {
        try {
          await run(model, inputs);
          assert.unreachable();
        } catch (error) {
          assert.is(codeOf(error), codes.MODEL_UNUSABLE);
          assert.match(String(error), `the process that ran the model "${name}" (version 2) was ended by ${signal}`);
        }
        assert.is(told.length, deaths);
        assert.match(told[0] ?? '', `A process that runs models was ended by ${signal}`);
      }
      assert.is(outputsOf(await running)[0]?.bytes.readBigInt64LE(0), 50n);
      if (name === 'abort') await run(model, [floats('x', [2, 1, 3], [1, 2, 3, 4, 5, 6])]);
    }, processes);
  });
}

test('a process that the machine has no room for is told as that, and is tried again at the next call', async () => {
  let hasRoom = false;
  let child: StartedProcess | undefined;
  const start = () => {
    if (!hasRoom) assertNoShortage(Object.assign(new Error('spawn'), { code: 'EAGAIN' }), 'A process for models');
    return (child = startModelProcess());
  };
  const assertShort = (error: unknown): void => {
    assert.instance(error, ModelError);
    const { code, message, cause } = error as ModelError;
    assert.is(code, codes.MODEL_UNUSABLE);
    assert.match(message, /^A process for models could not be started, .* no more processes .*spawn/);
    assert.is(codeOf(cause), 'PONS_ERR_MACHINE_NO_PROCESSES');
  };
  const processes = new ModelProcesses({ limit: 1, start });
  await withProcesses(async () => {
    assertShort(await OnnxModel.load(processes, fixture('pairs'), OPTIONS).catch((error: unknown) => error));
    hasRoom = true;
    const pairs = await OnnxModel.load(processes, fixture('pairs'), OPTIONS);
    hasRoom = false;
    child?.kill('SIGKILL');
    assert.match(
      String(await run(pairs, [GOOD]).catch((error: unknown) => error)),
      'the process that ran the model "pairs" (version 2) was ended by SIGKILL',
    );
    assertShort(await run(pairs, [GOOD]).catch((error: unknown) => error));
    hasRoom = true;
    assert.equal(outputsOf(await run(pairs, [GOOD])).map(floatsOf), [[1, 2]]);
  }, processes);
});

/** What the system leaves of a process that it did not start: its events, and nothing else. */
function neverStarted(error: NodeJS.ErrnoException): StartedProcess {
  const child = Object.assign(new EventEmitter(), { kill: () => false, unref: () => undefined });
  void setImmediate().then(() => {
    child.emit('error', error);
    child.emit('close', -24, null);
  });
  return child as unknown as StartedProcess;
}

test('a process that the system did not start is no death, and what it lacked is told', async () => {
  const told: string[] = [];
  const refused = Object.assign(new Error('spawn node EMFILE'), { code: 'EMFILE' });
  const thrown = Object.assign(new Error('spawn ENOMEM'), { code: 'ENOMEM' });
  const broken = Object.assign(new Error('spawn node ENOENT'), { code: 'ENOENT' });
  const starts = [
    () => neverStarted(refused),
    () => {
      throw thrown;
    },
    () => neverStarted(broken),
    () => startModelProcess(),
  ];
  const start = (): StartedProcess => (starts.shift() as () => StartedProcess)();
  const processes = new ModelProcesses({ limit: 1, start, died: (sentence) => told.push(sentence) });
  const loadError = async (): Promise<ModelError> => {
    const error: unknown = await OnnxModel.load(processes, fixture('pairs'), OPTIONS).catch(
      (caught: unknown) => caught,
    );
    assert.instance(error, ModelError);
    return error as ModelError;
  };
  await withProcesses(async () => {
    assert.is(codeOf((await loadError()).cause), 'PONS_ERR_MACHINE_NO_FILES');
    assert.is(codeOf((await loadError()).cause), 'PONS_ERR_MACHINE_NO_MEMORY');
    assert.match(
      (await loadError()).message,
      'that ran the model "pairs" (version 2) could not be started (spawn node ENOENT)',
    );
    assert.equal(told, []);
    assert.is(processes.place().host.deaths, 0);
    await OnnxModel.load(processes, fixture('pairs'), OPTIONS);
  }, processes);
});

test('a model whose process ends as it is loaded again is left alone for a while', async () => {
  const started: StartedProcess[] = [];
  const start = () => {
    // The first one lives.
    const child = startModelProcess(
      {},
      { reaper: null, nodeOptions: started.length === 0 ? [] : ['--no-such-option'] },
    );
    started.push(child);
    return child;
  };
  const processes = new ModelProcesses({ limit: 1, start });
  await withProcesses(async () => {
    const model = await OnnxModel.load(processes, fixture('pairs'), OPTIONS);
    started[0]?.kill('SIGKILL');
    const texts: string[] = [];
    for (let call = 0; call < 20; call++) texts.push(String(await run(model, [GOOD]).catch((error: unknown) => error)));
    assert.match(texts[0] ?? '', 'was ended by SIGKILL');
    assert.match(texts.at(-1) ?? '', /that ran the model "pairs" \(version 2\) (?:ended with|was ended by)/);
    assert.ok(started.length < 10, `${started.length}`);
  }, processes);
});

test('a model process has no secret of ours in its environment', async () => {
  if (process.platform !== 'linux') {
    notRun('macOS: the environment of another process is not told');
    return;
  }
  const secrets = { PONS_REDIS_URL: 'redis://:secret@host', AWS_SECRET_ACCESS_KEY: 'secret' };
  Object.assign(process.env, secrets);
  let child: StartedProcess | undefined;
  const start = () => (child = startModelProcess());
  try {
    await withProcesses(
      async (processes) => {
        await OnnxModel.load(processes, fixture('pairs'), OPTIONS);
        const environment = readFileSync(`/proc/${child?.pid}/environ`, 'utf8').split('\0');
        assert.ok(environment.includes('ORT_DISABLE_TELEMETRY=1'));
        assert.equal(
          environment.filter((line) => /secret|^PONS_|^AWS_/.test(line)),
          [],
        );
      },
      new ModelProcesses({ limit: 1, start }),
    );
  } finally {
    for (const name of Object.keys(secrets)) Reflect.deleteProperty(process.env, name);
  }
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
