import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createMetrics } from '../../runtime/metrics/metrics.ts';

const LIVE = {
  name: 'iris',
  state: () => 'live' as const,
  replicas: () => ({ requested: 1, ready: 1 }),
  unstored: () => 0,
};

test('everything counted is shown with its API', async () => {
  const metrics = createMetrics();
  metrics.submitted('iris', 'stored');
  metrics.submitted('iris', 'stored');
  metrics.submitted('iris', 'too_large');
  metrics.ended('iris', 'completed');
  metrics.attempted('iris');
  metrics.waited('iris', 20);
  metrics.ran('iris', 2000);
  metrics.processRestarted('iris', 'killed');
  metrics.lapsed('iris', 3);
  metrics.vanished('iris', 4);
  const text = await metrics.render();
  for (const line of [
    'pons_submissions_total{api="iris",outcome="stored"} 2',
    'pons_submissions_total{api="iris",outcome="too_large"} 1',
    'pons_workloads_ended_total{api="iris",status="completed"} 1',
    'pons_attempts_total{api="iris"} 1',
    'pons_wait_seconds_bucket{le="0.01",api="iris"} 0',
    'pons_wait_seconds_bucket{le="0.025",api="iris"} 1',
    'pons_run_seconds_sum{api="iris"} 2',
    'pons_process_restarts_total{api="iris",cause="killed"} 1',
    'pons_leases_lapsed_total{api="iris"} 3',
    'pons_workloads_vanished_total{api="iris"} 4',
  ]) {
    assert.ok(text.split('\n').includes(line), `${line}\nis not in\n${text}`);
  }
});

test('a watched API is read anew for each answer, until it is watched no more', async () => {
  const metrics = createMetrics();
  let inQueue = 3;
  let state: 'live' | 'error' = 'live';
  const stop = metrics.watch({
    name: 'iris',
    state: () => state,
    replicas: () => ({ requested: 2, ready: 1 }),
    unstored: () => 5,
    counts: () =>
      Promise.resolve({ inQueue, inProgress: 1, oldestSubmittedAt: inQueue === 0 ? null : Date.now() - 60_000 }),
  });
  const before = await metrics.render();
  assert.match(before, 'pons_queue_length{api="iris"} 3\n');
  assert.match(before, 'pons_workloads_in_progress{api="iris"} 1\n');
  assert.match(before, /pons_oldest_waiting_seconds\{api="iris"\} 6[0-9]/);
  assert.match(before, 'pons_api_state{api="iris",state="live"} 1\n');
  assert.match(before, 'pons_replicas{api="iris",which="ready"} 1\n');
  assert.match(before, 'pons_outcomes_waiting{api="iris"} 5\n');

  inQueue = 0;
  state = 'error';
  const after = await metrics.render();
  assert.match(after, 'pons_queue_length{api="iris"} 0\n');
  assert.match(after, 'pons_oldest_waiting_seconds{api="iris"} 0\n');
  assert.match(after, 'pons_api_state{api="iris",state="live"} 0\n');
  assert.match(after, 'pons_api_state{api="iris",state="error"} 1\n');

  stop();
  assert.not.match(await metrics.render(), /^pons_(queue|oldest|api_state|replicas).*api="iris"/m);
});

test('whether the store takes new workloads is asked for each answer', async () => {
  const metrics = createMetrics();
  let refusal: Error | null = null;
  metrics.watchStore(() => Promise.resolve(refusal));
  assert.match(await metrics.render(), 'pons_store_available 1\n');
  refusal = new Error('full');
  assert.match(await metrics.render(), 'pons_store_available 0\n');
});

test('what Redis may do to an API is counted from 0 on', async () => {
  const metrics = createMetrics();
  metrics.watch({
    ...LIVE,
    counts: () => Promise.resolve({ inQueue: 0, inProgress: 0, oldestSubmittedAt: null }),
  });
  const text = await metrics.render();
  for (const name of ['leases_lapsed', 'workloads_vanished']) assert.match(text, `pons_${name}_total{api="iris"} 0\n`);
});

test('a clock that was set back makes no time negative', async () => {
  const metrics = createMetrics();
  metrics.waited('iris', -3_600_000);
  const counts = () => Promise.resolve({ inQueue: 1, inProgress: 0, oldestSubmittedAt: Date.now() + 3_600_000 });
  metrics.watch({ ...LIVE, counts });
  const text = await metrics.render();
  assert.match(text, 'pons_wait_seconds_sum{api="iris"} 0\n');
  assert.match(text, 'pons_oldest_waiting_seconds{api="iris"} 0\n');
});

test('a queue that cannot be read hides nothing else', async () => {
  const metrics = createMetrics();
  const counts = () => Promise.reject(new Error('the store is gone'));
  metrics.watch({ ...LIVE, counts });
  const text = await metrics.render();
  assert.match(text, 'pons_api_state{api="iris",state="live"} 1\n');
  assert.not.match(text, 'pons_queue_length{');
});

test('several sets of metrics do not meet', async () => {
  createMetrics().attempted('iris');
  assert.not.match(await createMetrics().render(), 'iris');
});

test.run();
