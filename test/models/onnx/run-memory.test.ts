import { copyFileSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { codes } from '../../../bridge/node/codes.ts';
import { BridgeError } from '../../../bridge/node/messages.ts';
import { OnnxModel } from '../../../runtime/models/onnx/onnx-model.ts';
import { notRun } from '../../support/not-run.ts';
import { makeTempDir } from '../../support/temp-dir.ts';
import { at, filled, fixture, OPTIONS, outputsOf, run, withProcesses } from './fixture.ts';
import { withMeasured } from './measured.ts';

const MB = 2 ** 20;
/** So many numbers of the model "greedy" take more than is kept. */
const LARGE = 50_000_000n;
const LARGE_BYTES = Number(LARGE) * 8;
const MAX_LOOKS = 4000;
/** More than any machine has; more than a size can be. */
const TOO_LARGE = [2n ** 40n, 2n ** 60n + 1000n];

/** Whether the system tells of the memory of another process. */
const isTold = process.platform === 'linux';
if (!isTold) notRun('macOS: the memory of another process is not told');

/** Has the model take memory for so many numbers; resolves to the last one. Fails at its end where `values` is not 1. */
async function take(model: OnnxModel, count: bigint, values = 1n): Promise<bigint | undefined> {
  const inputs = [
    filled('count', 'int64', [], BigInt64Array.of(count)),
    filled('shape', 'int64', [1], BigInt64Array.of(values)),
  ];
  return outputsOf(await run(model, inputs))[0]?.bytes.readBigInt64LE(0);
}

async function failure(model: OnnxModel, count: bigint, values = 1n): Promise<string> {
  try {
    await take(model, count, values);
  } catch (error) {
    assert.instance(error, BridgeError);
    assert.is((error as BridgeError).code, codes.MODEL_UNUSABLE);
    return (error as BridgeError).message;
  }
  throw new Error('the run did not fail');
}

/** The model "greedy" in a file of its own, which looks the same whenever it is written with this. */
function greedyFile() {
  const path = `${makeTempDir()}/greedy.onnx`;
  const write = (content: Buffer): void => {
    writeFileSync(path, content);
    utimesSync(path, 1, 1);
  };
  const content = readFileSync(fixture('greedy').path);
  write(content);
  return { path, content, write };
}

test('a run that asks for more memory than there is fails, and leaves its model as it was', async () => {
  for (const count of TOO_LARGE) {
    await withMeasured(async (processes, { addressedBytes }) => {
      const model = await OnnxModel.load(processes, fixture('greedy'), OPTIONS);
      assert.match(await failure(model, count), /the run of the model "greedy" \(version 2\) failed: /);
      const before = isTold ? addressedBytes() : 0;
      assert.is(await take(model, 1000n), 999n);
      assert.is(await take(model, 100_000n), 99_999n);
      if (isTold) assert.ok(addressedBytes() - before < 1024 * MB, `${addressedBytes() - before}`);
    });
  }
});

test('the memory of a run that failed is given back at once', async () => {
  if (!isTold) return;
  await withMeasured(async (processes, { residentBytes }) => {
    const model = await OnnxModel.load(processes, fixture('greedy'), OPTIONS);
    await take(model, 3n);
    const before = residentBytes();
    assert.match(await failure(model, LARGE, 2n), 'cannot be reshaped');
    assert.is(await take(model, 3n), 2n);
    assert.ok(residentBytes() - before < LARGE_BYTES / 2, `${residentBytes() - before}`);
  });
});

test('the memory of a large run is kept for the next ones', async () => {
  if (!isTold) return;
  await withMeasured(async (processes, { residentBytes }) => {
    const model = await OnnxModel.load(processes, fixture('greedy'), OPTIONS);
    const before = residentBytes();
    for (const count of [LARGE, 3n, LARGE]) {
      assert.is(await take(model, count), count - 1n);
      assert.ok(residentBytes() - before > LARGE_BYTES / 2, `${residentBytes() - before}`);
    }
  });
});

test('the memory of a large run is given back when no other has followed for a while', async () => {
  if (!isTold) return;
  await withMeasured(
    async (processes, { residentBytes }) => {
      const model = await OnnxModel.load(processes, fixture('greedy'), OPTIONS);
      const before = residentBytes();
      assert.is(await take(model, LARGE), LARGE - 1n);
      for (let looks = 0; looks < MAX_LOOKS && residentBytes() - before > LARGE_BYTES / 2; looks++) await pause(5);
      assert.ok(residentBytes() - before < LARGE_BYTES / 2, `${residentBytes() - before}`);
      assert.is(await take(model, 3n), 2n);
    },
    { keepMs: 1 },
  );
});

test('a run is answered when no file descriptor is left, also a large one', async () => {
  if (!isTold) return;
  for (const count of [3n, LARGE]) {
    await withMeasured(async (processes, { limit }) => {
      const model = await OnnxModel.load(processes, fixture('greedy'), OPTIONS);
      // Below what is open already.
      limit('--nofile=3:');
      for (let run = 0; run < 3; run++) assert.is(await take(model, count), count - 1n);
    });
  }
});

test('a model whose file is another meanwhile stays as it was loaded', async () => {
  const { path, content } = greedyFile();
  await withProcesses(async (processes) => {
    const model = await OnnxModel.load(processes, at(path), OPTIONS);
    copyFileSync(fixture('pairs').path, path);
    assert.match(await failure(model, LARGE, 2n), 'cannot be reshaped');
    assert.is(await take(model, 3n), 2n);
    writeFileSync(path, content.subarray(1));
    assert.is(await take(model, 4n), 3n);
  });
});

test('a model that cannot be loaded again says so, and is loaded by the first call that finds it can be', async () => {
  const { path, content, write } = greedyFile();
  await withProcesses(async (processes) => {
    const model = await OnnxModel.load(processes, at(path), OPTIONS);
    write(Buffer.alloc(content.length, 0xff));
    await failure(model, LARGE, 2n);
    const cause =
      'the model "given" (version 2) had to be loaded again after a large run: cannot be loaded by onnxruntime: ';
    assert.match(await failure(model, 3n), cause);
    assert.match(await failure(model, 3n), cause);
    write(content);
    assert.is(await take(model, 3n), 2n);
  });
});

test.run();
