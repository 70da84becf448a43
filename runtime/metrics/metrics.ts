import { Registry } from 'prom-client';
import { createApiGauges, type WatchedApi } from './api-gauges.ts';
import { createCounters } from './counters.ts';
import { renderFamilies } from './exposition.ts';
import { addStoreGauge } from './store-gauge.ts';
import { UserMetrics, type UserMetric } from './user-metrics.ts';

/** What became of a POST. `refused`: no room; `invalid`: the client's error; `error`: ours. */
export type SubmissionOutcome = 'stored' | 'known' | 'conflict' | 'invalid' | 'too_large' | 'refused' | 'error';

/** Everything that is counted. Nothing here throws or waits, except `render`. */
export interface Metrics {
  /** Counts one POST. */
  submitted(api: string, outcome: SubmissionOutcome): void;
  /** Counts one workload that has ended. */
  ended(api: string, status: 'completed' | 'failed' | 'cancelled'): void;
  /** Counts one `predict` that begins. */
  attempted(api: string): void;
  /** The time from submission to the first `predict`. */
  waited(api: string, waitMs: number): void;
  /** The time of one `predict`. */
  ran(api: string, runMs: number): void;
  /** Counts one predictor process started in place of one that ended; `cause` is one of a few fixed words. */
  processRestarted(api: string, cause: string): void;
  /** Counts workloads whose lease lapsed, so that they are in the queue again. */
  lapsed(api: string, workloads: number): void;
  /** Counts workloads that are gone with the data of the store. */
  vanished(api: string, workloads: number): void;
  /** Takes a value from user code. Returns a sentence for the log where it was refused, once for each metric and reason; else null. */
  record(api: string, metric: UserMetric): string | null;
  /** Shows the state, replicas and queue of an API in each answer from now on. Returns how to stop that. */
  watch(source: WatchedApi): () => void;
  /** Shows in each answer from now on whether the store takes new workloads: `refusal` resolves to null where it does. To be called once. */
  watchStore(refusal: () => Promise<unknown>): void;
  /** The text format of Prometheus; reads the queues of all watched APIs anew. */
  render(): Promise<string>;
  readonly contentType: string;
}

/** Makes an empty set of metrics; several in one process do not meet. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  const counters = createCounters(registry);
  const user = new UserMetrics();
  const gauges = createApiGauges(registry);
  return {
    submitted: (api, outcome) => {
      counters.submissions.inc({ api, outcome });
    },
    ended: (api, status) => {
      counters.ended.inc({ api, status });
    },
    attempted: (api) => {
      counters.attempts.inc({ api });
    },
    waited: (api, waitMs) => {
      // By the machine's clock, which may have been set back.
      counters.wait.observe({ api }, Math.max(0, waitMs) / 1000);
    },
    ran: (api, runMs) => {
      counters.run.observe({ api }, runMs / 1000);
    },
    processRestarted: (api, cause) => {
      counters.restarts.inc({ api, cause });
    },
    lapsed: (api, workloads) => {
      counters.lapsed.inc({ api }, workloads);
    },
    vanished: (api, workloads) => {
      counters.vanished.inc({ api }, workloads);
    },
    record: (api, metric) => {
      const refusal = user.record(api, metric);
      if (refusal === null) return null;
      counters.refusedUserMetrics.inc({ api, reason: refusal.reason });
      return refusal.sentence;
    },
    watch: (source) => {
      // From 0 on, since Prometheus sees no increase in what begins with another value.
      for (const counter of [counters.lapsed, counters.vanished]) counter.inc({ api: source.name }, 0);
      return gauges.watch(source);
    },
    watchStore: (refusal) => {
      addStoreGauge(registry, refusal);
    },
    async render() {
      await gauges.read();
      return `${await registry.metrics()}${renderFamilies(user.families())}`;
    },
    contentType: registry.contentType,
  };
}
