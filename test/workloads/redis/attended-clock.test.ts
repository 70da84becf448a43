import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { AttendedClock } from '../../../runtime/workloads/redis/attended-clock.ts';

function standStill(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

test('what passes between two ticks counts up to a limit, whether it is looked at or not', () => {
  const clock = new AttendedClock(100);
  const begunAt = clock.tick();
  // Fractions of a millisecond are added up.
  const passed = (now: number): number => Math.round(now - begunAt);
  standStill(1000);
  assert.is(passed(clock.now()), 100);
  assert.is(passed(clock.tick()), 100);
  standStill(300);
  assert.is(passed(clock.tick()), 200);
});

test('as long as it is ticked, it goes as other clocks do', () => {
  const clock = new AttendedClock(60_000);
  const [begunAt, since] = [clock.now(), performance.now()];
  for (let turn = 0; turn < 3; turn += 1) {
    standStill(20);
    clock.tick();
  }
  const passed = clock.now() - begunAt;
  assert.ok(passed >= 60 && passed <= performance.now() - since + 1, `${passed} ms`);
});

test.run();
