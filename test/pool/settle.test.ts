import { once } from 'node:events';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { KnownError } from '../../runtime/errors/known-error.ts';
import { RETRY_MS, Settlements } from '../../runtime/pool/settle.ts';
import { createLogger } from '../../runtime/log/logger.ts';

const lines: string[] = [];
const logger = createLogger({
  write: (line) => lines.push(line) > 0,
  onceDrained: () => undefined,
  close: () => Promise.resolve(),
});

test('outcomes that are stored together are all closed before whoever waits for room looks again', async () => {
  const seen: number[] = [];
  const settlements = new Settlements(logger, new AbortController().signal, () => seen.push(settlements.open));
  const stored = Promise.resolve('done');
  for (let count = 0; count < 64; count++) settlements.settle(() => stored);
  await settlements.allSettled();
  assert.is(seen.at(-1), 0);
  assert.is(seen.length, 64);
});

test('an outcome that cannot be stored is tried again until it is, and that is said once', async () => {
  const settlements = new Settlements(logger, new AbortController().signal, () => undefined);
  let tries = 0;
  settlements.settle(() => (++tries < 3 ? Promise.reject(new Error('no place')) : Promise.resolve('done')));
  await settlements.allSettled();
  assert.is(tries, 3);
  assert.is(lines.filter((line) => line.includes('no place')).length, 1);
});

test('an outcome that is only waited for a while is tried on after it', async () => {
  const settlements = new Settlements(logger, new AbortController().signal, () => undefined);
  let tries = 0;
  const stored = new Promise<void>((resolve) => {
    settlements.settle(
      () => {
        tries += 1;
        if (tries === 1) return Promise.reject(new Error('no room'));
        resolve();
        return Promise.resolve();
      },
      { openMs: RETRY_MS / 2 },
    );
  });
  await settlements.allSettled();
  assert.is(tries, 1);
  await stored;
});

test('an abandoned outcome is not tried again', async () => {
  const abandon = new AbortController();
  const settlements = new Settlements(logger, abandon.signal, () => undefined);
  let tries = 0;
  settlements.settle(() => {
    tries += 1;
    abandon.abort();
    return Promise.reject(new Error('no room'));
  });
  await settlements.allSettled();
  assert.is(tries, 1);
});

const noRoom = KnownError.of('PONS_ERR_REDIS_NO_ROOM', { address: 'redis://x', sizeBytes: 1, never: null });

test('results that wait for room count by their size, all other outcomes one by one', async () => {
  const abandon = new AbortController();
  const settlements = new Settlements(logger, abandon.signal, () => undefined);
  const MB = 1024 * 1024;
  for (let count = 0; count < 100; count += 1) settlements.settle(() => Promise.reject(noRoom), { bytes: MB / 2 });
  assert.ok(settlements.isFull, 'none of them was refused yet');
  await Promise.resolve();
  assert.is(settlements.refused, 100);
  assert.not(settlements.isFull);
  assert.is(settlements.stall, null);
  settlements.settle(() => Promise.reject(noRoom), { bytes: 50 * MB });
  await Promise.resolve();
  assert.not(settlements.isFull, 'as much as one result may have');
  settlements.settle(() => Promise.reject(noRoom), { bytes: 1 });
  await Promise.resolve();
  assert.ok(settlements.isFull);
  assert.ok(settlements.isOutOfRoom);
  assert.match(settlements.stall?.message ?? '', /^102 outcomes could not be stored.*NO_ROOM/);
  abandon.abort();
  await settlements.allSettled();
  assert.is(settlements.refused, 0);
});

test('many outcomes that are under way beside one that waits for room are no stall', async () => {
  const abandon = new AbortController();
  const settlements = new Settlements(logger, abandon.signal, () => undefined);
  const abandoned = once(abandon.signal, 'abort');
  settlements.settle(() => Promise.reject(noRoom), { bytes: 1 });
  for (let count = 0; count < 64; count += 1) settlements.settle(() => abandoned);
  await Promise.resolve();
  assert.is(settlements.refused, 1);
  assert.ok(settlements.isFull);
  assert.is(settlements.stall, null);
  abandon.abort();
  await settlements.allSettled();
});

test('whoever waits looks again when outcomes come to wait for room', async () => {
  const abandon = new AbortController();
  const seen: boolean[] = [];
  const settlements = new Settlements(logger, abandon.signal, () => seen.push(settlements.isFull));
  for (let count = 0; count < 64; count += 1) settlements.settle(() => Promise.reject(noRoom), { bytes: 1 });
  assert.ok(settlements.isFull);
  await Promise.resolve();
  assert.is(seen.at(-1), false);
  abandon.abort();
  await settlements.allSettled();
});

test('what the store does not take at all stops further work at 64 outcomes', async () => {
  const abandon = new AbortController();
  const settlements = new Settlements(logger, abandon.signal, () => undefined);
  for (let count = 0; count < 64; count += 1) settlements.settle(() => Promise.reject(new Error('away')));
  assert.is(settlements.stall, null, 'they are under way');
  await Promise.resolve();
  assert.ok(settlements.isFull);
  assert.not(settlements.isOutOfRoom);
  assert.is(settlements.stall?.code, 'PONS_ERR_WORKLOAD_OUTCOMES_WAIT');
  assert.match(settlements.stall?.message ?? '', 'away');
  assert.is(settlements.stall?.code, 'PONS_ERR_WORKLOAD_OUTCOMES_WAIT');
  abandon.abort();
  await settlements.allSettled();
});

test.run();
