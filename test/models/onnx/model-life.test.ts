import type { StartedProcess } from '../../../runtime/processes/start-process.ts';
import { EventEmitter, once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { codes } from '../../../bridge/node/codes.ts';
import { ModelError } from '../../../runtime/models/model-error.ts';
import { ModelLife } from '../../../runtime/models/onnx/model-life.ts';
import type { StartModel } from '../../../runtime/models/onnx/model-process.ts';
import { ModelProcesses } from '../../../runtime/models/onnx/model-processes.ts';
import { OnnxModel } from '../../../runtime/models/onnx/onnx-model.ts';
import { CALLS_FD, startModelProcess } from '../../../runtime/models/onnx/start-model-process.ts';
import { victimScore } from '../../../runtime/processes/first-victim.ts';
import { assertNoShortage } from '../../../runtime/processes/shortage.ts';
import { notRun } from '../../support/not-run.ts';
import { makeTempDir } from '../../support/temp-dir.ts';
import {
  type Filled,
  filled,
  fixture,
  floats,
  floatsOf,
  OPTIONS,
  outputsOf,
  run,
  withProcesses,
  codeOf,
  rounds,
} from './fixture.ts';

const GOOD = floats('x', [1, 2], [1, 2]);

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
  const start: StartModel = (lane, note) => {
    if (!hasRoom) assertNoShortage(Object.assign(new Error('spawn'), { code: 'EAGAIN' }), 'A process for models');
    return (child = startModelProcess({ lane }, { note }));
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
    // The process had not begun it, so that another one is to.
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

test('a model whose process is ended as it is loaded for the first time is loaded in the next one', async () => {
  let started = 0;
  const start: StartModel = (lane, note) => {
    started++;
    const child = startModelProcess({ lane }, { note });
    if (started === 1) child.kill('SIGKILL');
    return child;
  };
  await withProcesses(
    async (processes) => {
      const model = await OnnxModel.load(processes, fixture('pairs'), OPTIONS);
      assert.equal(outputsOf(await run(model, [GOOD])).map(floatsOf), [[1, 2]]);
      assert.is(started, 2);
    },
    new ModelProcesses({ limit: 1, start }),
  );
});

for (const [title, ends, told] of [
  [
    'fails the calls that need it after three tries',
    3,
    /that ran the model "pairs" \(version 2\) ended with exit code/,
  ],
  ['is loaded once more, for all calls that need it', 2, /^\[object Object\]$/],
] as const) {
  test(`a model whose process ends ${ends} times as it is loaded again ${title}`, async () => {
    const started: StartedProcess[] = [];
    const start: StartModel = (lane, note) => {
      // The first one lives.
      const isBroken = started.length > 0 && started.length <= ends;
      const child = startModelProcess({ lane }, { note, nodeOptions: isBroken ? ['--no-such-option'] : [] });
      started.push(child);
      return child;
    };
    const processes = new ModelProcesses({ limit: 1, start });
    await withProcesses(async () => {
      const model = await OnnxModel.load(processes, fixture('pairs'), OPTIONS);
      started[0]?.kill('SIGKILL');
      const calls = Array.from({ length: 20 }, () => run(model, [GOOD]).catch((error: unknown) => error));
      for (const answer of await Promise.all(calls)) assert.match(String(answer), told);
      assert.is(started.length, 4);
    }, processes);
  });
}

test('a process whose socket can no longer be read is ended, and its models are loaded again', async () => {
  let child: StartedProcess | undefined;
  const start: StartModel = (lane, note) => (child = startModelProcess({ lane }, { note }));
  const told: string[] = [];
  await withProcesses(
    async (processes) => {
      const model = await OnnxModel.load(processes, fixture('pairs'), OPTIONS);
      // No frame has such a length, so that the process lets the socket go.
      (child?.stdio?.[CALLS_FD] as Socket).write(Buffer.alloc(8, 0xff));
      assert.equal(outputsOf(await run(model, [GOOD])).map(floatsOf), [[1, 2]]);
      assert.match(
        told.join(),
        /^A process that runs models was ended, as its socket was closed\. Models that it had loaded are/,
      );
    },
    new ModelProcesses({ limit: 1, start, died: (sentence) => told.push(sentence) }),
  );
});

test('a process that had ended by itself when it is to be ended is told as that', async () => {
  const path = join(makeTempDir(), 'calls');
  const server = createServer((accepted) => accepted.destroy()).listen(path);
  await once(server, 'listening');
  const child = Object.assign(new EventEmitter(), {
    pid: 1,
    stdio: Object.assign([], { [CALLS_FD]: connect(path) }),
    // As for one whose end is yet to be heard of.
    kill: () => {
      process.nextTick(() => child.emit('close', null, 'SIGABRT'));
      return false;
    },
  });
  try {
    const life = new ModelLife(child as unknown as StartedProcess, null);
    assert.match((await life.ended).message, 'was ended by SIGABRT');
  } finally {
    server.close();
  }
});

test('a process that does not get ready in time is ended, and that is told', async () => {
  const life = new ModelLife(startModelProcess(), null, 1);
  const asked = life.order(1, { kind: 'ping' }).catch((error: unknown) => error);
  assert.match(String(await asked), 'was not ready within 0.001 s, perhaps since it gets too few threads');
});

test('a process that the system keeps holds up no end', async () => {
  const child = startModelProcess();
  // As one that no signal reaches.
  child.kill = () => false;
  const processes = new ModelProcesses({ limit: 1, start: () => child });
  try {
    const model = await OnnxModel.load(processes, fixture('slow'), OPTIONS);
    const running = run(model, [rounds(1e9)]).then(
      () => 'it was answered',
      (error: unknown) => String(error),
    );
    const released = model.release();
    await processes.close();
    await released;
    assert.match(await running, 'that ran the model "slow" (version 2) was stopped');
  } finally {
    process.kill(child.pid ?? 0, 'SIGKILL');
  }
});

test('a model process has no secret of ours in its environment, and is ended before us where memory runs out', async () => {
  if (process.platform !== 'linux') {
    notRun('macOS: what another process was started with is not told');
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
        const [theirs, ours] = [child?.pid, 'self'].map((pid) => readFileSync(`/proc/${pid}/oom_score_adj`, 'utf8'));
        assert.is(Number(theirs), victimScore(Number(ours)));
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

test.run();
