import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { pauseAfter, WATCH_MS } from '../../../runtime/predictor/memory/look-pause.ts';

test('a look that took long, as the machine was busy or asleep, is soon followed by the next one', () => {
  const pauseMs = pauseAfter({ at: performance.now() - 60_000, usage: process.cpuUsage() });
  assert.ok(pauseMs >= WATCH_MS && pauseMs < 2000, String(pauseMs));
});

test('a look that cost the processor much is followed by a longer pause', () => {
  // All that this process has used so far, which is more than that.
  const pauseMs = pauseAfter({ at: performance.now() - 20, usage: { user: 0, system: 0 } });
  assert.ok(pauseMs >= 400, String(pauseMs));
});

test.run();
