import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Slots } from '../../runtime/pool/slots.ts';
import type { PredictorProcess } from '../../runtime/predictor/process.ts';
import type { Body } from '../../runtime/workloads/store.ts';

const bytes = (sizeBytes: number): { payload: Body } => ({
  payload: { kind: 'bytes', bytes: new Uint8Array(sizeBytes) },
});
const file: { payload: Body } = { payload: { kind: 'file', path: '/nowhere', sizeBytes: 1 } };

/** One slot of a process that runs something already, with room for three more that wait. */
function busy(isQuiet: boolean): Slots {
  const slots = new Slots({ alive: true, isQuiet } as unknown as PredictorProcess, 1, () => 3);
  assert.ok(slots.hasRoomFor(file));
  slots.take(bytes(10));
  return slots;
}

test('a quiet process takes as many as may wait in it', () => {
  const slots = busy(true);
  for (let count = 0; count < 3; count += 1) {
    assert.ok(slots.hasRoomFor(bytes(10)));
    slots.take(bytes(10));
  }
  assert.not(slots.hasRoomFor(bytes(10)));
  slots.release(bytes(10));
  assert.ok(slots.hasRoomFor(bytes(10)));
});

test('where output has to be told apart nothing waits', () => {
  assert.not(busy(false).hasRoomFor(bytes(10)));
});

test('large payloads wait in the store', () => {
  const slots = busy(true);
  assert.not(slots.hasRoomFor(file));
  assert.not(slots.hasRoomFor(bytes(1024 * 1024)));
  slots.take(bytes(600_000));
  assert.not(slots.hasRoomFor(bytes(600_000)));
  slots.release(bytes(600_000));
  assert.ok(slots.hasRoomFor(bytes(600_000)));
});

test.run();
