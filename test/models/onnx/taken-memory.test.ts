import { copyFileSync, truncateSync, writeFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { loadLibrary } from '../../../runtime/models/onnx/library.ts';
import { OnnxSession } from '../../../runtime/models/onnx/session.ts';
import { TakenMemory } from '../../../runtime/models/onnx/taken-memory.ts';
import { withFreeFds } from '../../support/free-fds.ts';
import { notRun } from '../../support/not-run.ts';
import { makeTempDir } from '../../support/temp-dir.ts';
import { bodyOf, filled, fixture, OPTIONS } from './fixture.ts';

/** Of the model "mapped": 100,000 x 1024 float32. */
const DATA_BYTES = 100_000 * 1024 * 4;
/** What is known is older by then than it may be. */
const LATER_MS = 2000;

/** As somebody sees it who has never looked before. */
function taken(): number {
  const bytes = new TakenMemory().known(0);
  if (bytes === null) throw new Error('what is taken is not told');
  return bytes;
}

test('memory that was filled counts as taken', () => {
  const before = taken();
  const memory = Buffer.alloc(DATA_BYTES, 1);
  assert.ok(taken() - before > DATA_BYTES / 2, `${taken() - before} of ${memory.length}`);
});

test('the data beside a model that a run touches does not', async () => {
  if (process.platform !== 'linux') {
    notRun('macOS: the memory of files is not told apart');
    return;
  }
  const folder = makeTempDir();
  copyFileSync(fixture('mapped').path, `${folder}/mapped.onnx`);
  writeFileSync(`${folder}/mapped.data`, '');
  truncateSync(`${folder}/mapped.data`, DATA_BYTES);
  const library = await loadLibrary();
  const path = `${folder}/mapped.onnx`;
  const order = { kind: 'load' as const, path, shown: path, label: 'the model', options: OPTIONS };
  const session = new OnnxSession(library, order, new TakenMemory(), 1000);
  const given = filled('x', 'int64', [1], BigInt64Array.of(7n));
  const [before, residentBefore] = [taken(), process.memoryUsage.rss()];
  session.run([given.tensor], null, Uint8Array.from(bodyOf([given])).buffer);
  assert.ok(process.memoryUsage.rss() - residentBefore > DATA_BYTES / 2);
  assert.ok(taken() - before < DATA_BYTES / 2, `${taken() - before}`);
  session.release();
});

test('without a file descriptor left it cannot be told the first time, and with one that was there before it can', async () => {
  if (process.platform !== 'linux') {
    notRun('macOS: the open files of a process cannot be limited from outside');
    return;
  }
  const memory = new TakenMemory();
  assert.is(await withFreeFds(0, () => Promise.resolve(memory.known(0))), null);
  const bytes = memory.known(LATER_MS);
  assert.ok(bytes !== null && bytes > 0, `${bytes}`);
  assert.ok(await withFreeFds(0, () => Promise.resolve(memory.known(2 * LATER_MS))));
});

test('it is as the system tells it', () => {
  const resident = process.memoryUsage.rss();
  const bytes = taken();
  assert.ok(bytes > resident / 4 && bytes < resident * 2, `${bytes} of ${resident}`);
});

test('what is to be told soon is told before anything else changes it, once', () => {
  const memory = new TakenMemory();
  const seen: string[] = [];
  memory.tellSoon(() => seen.push('first'));
  memory.tellSoon(() => seen.push('second'));
  seen.push('between');
  memory.during(() => seen.push('change'));
  memory.settle();
  assert.equal(seen, ['first', 'between', 'second', 'change']);
});

test('after a change it is asked anew', () => {
  const memory = new TakenMemory();
  const before = memory.known(0) ?? 0;
  const kept = memory.during(() => Buffer.alloc(DATA_BYTES, 1));
  assert.ok((memory.known(0) ?? 0) - before > DATA_BYTES / 2, `${kept.length}`);
});

test.run();
