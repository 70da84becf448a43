import type { ServedApi } from '../gateway/served-api.ts';
import type { WatchedApi } from '../metrics/api-gauges.ts';
import type { Pool } from '../pool/pool.ts';
import type { WorkloadStore } from '../workloads/store.ts';

/** A pool as the gateway sees it. */
export function servedApi(pool: Pool): ServedApi {
  return {
    spec: pool.spec,
    status: () => ({ state: pool.state, reason: pool.reason, replicas: pool.replicas, processes: pool.processes }),
    cancel: (id) => pool.cancel(id),
  };
}

/** A pool as the metrics see it. */
export function watchedApi(pool: Pool, store: WorkloadStore): WatchedApi {
  const { name } = pool.spec;
  return { name, state: () => pool.state, replicas: () => pool.replicas, counts: () => store.counts(name) };
}
