import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { KnownError } from '../../runtime/errors/known-error.ts';
import { backOffMs, ERROR_RETRY_MS, START_FAILURES_LIMIT, StartRecord } from '../../runtime/pool/restart.ts';

const shortage = KnownError.of('PONS_ERR_MACHINE_NO_MEMORY', { what: 'A process', said: 'spawn /bin/sh ENOMEM' });
const failure = KnownError.of('PONS_ERR_PREDICTOR_CLASS', { text: 'no class' });

test('the back-off grows, and stays between half of its ceiling and its ceiling', () => {
  for (const random of [0, 0.5, 1]) {
    const delays = [1, 2, 3, 4, 20].map((failures) => backOffMs(failures, () => random));
    assert.equal(
      [...delays].sort((a, b) => a - b),
      delays,
    );
    assert.ok(delays.every((delay) => delay >= 125 && delay <= 30_000));
  }
});

test('an API is in error after five failed starts in a row, and then waits long', () => {
  const record = new StartRecord();
  for (let failures = 1; failures < START_FAILURES_LIMIT; failures++) {
    record.failed(failure);
    assert.is(record.error, null);
    assert.is(record.lastFailure, failure, 'but it is known why');
  }
  record.failed(failure);
  assert.is(record.error, failure);
  assert.is(record.delayMs, ERROR_RETRY_MS);
});

test('what the machine has no room for is tried again after a bounded pause, however often it failed, and says why', () => {
  const record = new StartRecord();
  for (let failures = 1; failures <= 1000; failures++) {
    record.failed(shortage);
    assert.ok(record.delayMs > 0 && record.delayMs <= 30_000);
    assert.is(record.error, failures < START_FAILURES_LIMIT ? null : shortage);
  }
});

test('a shortage is no failure of the predictor, nor the other way round', () => {
  const record = new StartRecord();
  for (let failures = 1; failures < START_FAILURES_LIMIT; failures++) record.failed(failure);
  record.failed(shortage);
  assert.is(record.error, null);
  assert.ok(record.delayMs < 1000);
  record.failed(failure);
  assert.is(record.error, failure);
  assert.is(record.delayMs, ERROR_RETRY_MS);
});

test('neither a shortage nor a failure takes an API out of error, and a shortage is tried again soon', () => {
  const afterFailures = new StartRecord();
  for (let failures = 0; failures < START_FAILURES_LIMIT; failures++) afterFailures.failed(failure);
  for (let shortages = 1; shortages <= 2 * START_FAILURES_LIMIT; shortages++) {
    afterFailures.failed(shortage);
    assert.is(afterFailures.error, shortages < START_FAILURES_LIMIT ? failure : shortage);
    assert.ok(afterFailures.delayMs <= 30_000);
  }
  afterFailures.failed(failure);
  assert.is(afterFailures.error, failure);
  assert.is(afterFailures.delayMs, ERROR_RETRY_MS);

  const afterShortages = new StartRecord();
  for (let shortages = 0; shortages < START_FAILURES_LIMIT; shortages++) afterShortages.failed(shortage);
  afterShortages.failed(failure);
  assert.is(afterShortages.error, failure, 'what is in the way now');
  assert.ok(afterShortages.delayMs < 1000, 'it is the first of its kind');
});

test('one start that succeeds forgets the failures before', () => {
  const record = new StartRecord();
  for (let failures = 0; failures < START_FAILURES_LIMIT; failures++) record.failed(failure);
  record.succeeded();
  assert.is(record.error, null);
  record.failed(failure);
  assert.is(record.error, null);
  record.succeeded();
  assert.is(record.delayMs, 0);
});

test.run();
