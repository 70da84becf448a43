import { Counter, Histogram, type Registry } from 'prom-client';

/** Seconds: from a predictor that does nothing to one that takes an hour. */
const DURATION_BUCKETS = [
  0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800, 3600,
];

/** Pons's own counters and histograms, each labelled with the API. */
export function createCounters(registry: Registry) {
  const registers = [registry];
  return {
    submissions: new Counter({
      name: 'pons_submissions_total',
      help: 'POST requests by what became of them',
      labelNames: ['api', 'outcome'] as const,
      registers,
    }),
    ended: new Counter({
      name: 'pons_workloads_ended_total',
      help: 'Workloads by how they ended',
      labelNames: ['api', 'status'] as const,
      registers,
    }),
    attempts: new Counter({
      name: 'pons_attempts_total',
      help: 'Runs of predict that were begun',
      labelNames: ['api'] as const,
      registers,
    }),
    restarts: new Counter({
      name: 'pons_process_restarts_total',
      help: 'Predictor processes started in place of one that ended',
      labelNames: ['api', 'cause'] as const,
      registers,
    }),
    wait: new Histogram({
      name: 'pons_wait_seconds',
      help: 'Time from submission to the first predict',
      labelNames: ['api'] as const,
      buckets: DURATION_BUCKETS,
      registers,
    }),
    run: new Histogram({
      name: 'pons_run_seconds',
      help: 'Time of one predict',
      labelNames: ['api'] as const,
      buckets: DURATION_BUCKETS,
      registers,
    }),
    lapsed: new Counter({
      name: 'pons_leases_lapsed_total',
      help: 'Workloads put back into the queue because whoever held them had died, was suspended or cut off from Redis',
      labelNames: ['api'] as const,
      registers,
    }),
    vanished: new Counter({
      name: 'pons_workloads_vanished_total',
      help: 'Workloads that waited or ran in a Redis that has lost its data; every process that saw it counts them',
      labelNames: ['api'] as const,
      registers,
    }),
    refusedUserMetrics: new Counter({
      name: 'pons_user_metrics_refused_total',
      help: 'Values from metrics_client that were not taken',
      labelNames: ['api', 'reason'] as const,
      registers,
    }),
  };
}
