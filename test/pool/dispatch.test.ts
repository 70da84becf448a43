import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Dispatch } from '../../runtime/pool/dispatch.ts';
import { Slots } from '../../runtime/pool/slots.ts';
import type { PredictorProcess } from '../../runtime/predictor/process.ts';
import type { Lease } from '../../runtime/workloads/store.ts';

function lease(id: string, alone = false): Lease {
  const payload = { kind: 'bytes', bytes: new Uint8Array() } as const;
  return { api: 'a', id, token: id, contentType: 'text/plain', payload, attempt: 1, alone, submittedAt: 0 };
}

/** Stands where a process would: nothing is asked of it here. */
const unasked = { alive: true } as unknown as PredictorProcess;

function slots(count: number): Slots {
  return new Slots(unasked, count, () => 0);
}

function idsOf(dispatch: Dispatch, processes: Slots[], most = 100): string[] {
  const ids: string[] = [];
  while (ids.length < most) {
    const next = dispatch.next(processes);
    if (next === null) break;
    ids.push(next.lease.id);
  }
  return ids;
}

test('workloads begin oldest first, one for each free slot', () => {
  const dispatch = new Dispatch(() => false);
  dispatch.add([lease('1'), lease('2'), lease('3'), lease('4')]);
  assert.equal(idsOf(dispatch, [slots(1), slots(2)]), ['1', '2', '3']);
  assert.is(dispatch.waiting, 1);
});

test('the process with the fewest running workloads is given the next', () => {
  const dispatch = new Dispatch(() => false);
  const [busy, idle] = [slots(4), slots(4)];
  busy.take(lease('x'));
  busy.take(lease('x'));
  dispatch.add([lease('1')]);
  assert.is(dispatch.next([busy, idle])?.slots, idle);
});

test('a closed process is given nothing', () => {
  const dispatch = new Dispatch(() => false);
  const closed = slots(1);
  closed.close();
  dispatch.add([lease('1')]);
  assert.is(dispatch.next([closed]), null);
});

test('a workload that runs alone waits for an idle process, and nothing joins it there', () => {
  const dispatch = new Dispatch(() => false);
  const one = slots(2);
  dispatch.add([lease('1'), lease('alone', true), lease('2')]);
  one.take(lease('x'));
  assert.equal(idsOf(dispatch, [one]), []);
  one.release(lease('x'));
  dispatch.released(one);
  assert.equal(idsOf(dispatch, [one]), ['alone']);
  one.release(lease('x'));
  dispatch.released(one);
  assert.equal(idsOf(dispatch, [one]), ['1', '2']);
});

test('while one process is kept for a workload that runs alone, the others go on', () => {
  const dispatch = new Dispatch(() => false);
  const [one, other] = [slots(2), slots(2)];
  one.take(lease('x'));
  other.take(lease('x'));
  other.take(lease('x'));
  dispatch.add([lease('alone', true), lease('1'), lease('2')]);
  assert.equal(idsOf(dispatch, [one, other]), []);
  other.release(lease('x'));
  assert.equal(idsOf(dispatch, [one, other]), ['1']);
});

test('the death of the kept process frees the workload for another one', () => {
  const dispatch = new Dispatch(() => false);
  const [dying, other] = [slots(1), slots(1)];
  dying.take(lease('x'));
  other.take(lease('x'));
  dispatch.add([lease('alone', true)]);
  other.release(lease('x'));
  const first = dispatch.next([dying, other]);
  assert.is(first?.slots, other);
});

test('a cancelled workload that has not begun never begins', () => {
  const dispatch = new Dispatch(() => false);
  dispatch.add([lease('1'), lease('2')]);
  dispatch.remove('1');
  assert.equal(idsOf(dispatch, [slots(5)]), ['2']);
});

test('a workload whose old run goes on here waits for its end, and others pass it', () => {
  const running = new Set(['1', 'alone']);
  const dispatch = new Dispatch((id) => running.has(id));
  dispatch.add([lease('1'), lease('alone', true), lease('2')]);
  const one = slots(5);
  assert.equal(idsOf(dispatch, [one]), ['2']);
  one.release(lease('2'));
  running.delete('1');
  assert.equal(idsOf(dispatch, [one]), ['1']);
  one.release(lease('1'));
  running.delete('alone');
  assert.equal(idsOf(dispatch, [one]), ['alone']);
});

test.run();
