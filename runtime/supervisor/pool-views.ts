import type { ApiSpec } from '../config/spec.ts';
import type { ApiStatus, ServedApi } from '../gateway/served-api.ts';
import type { WatchedApi } from '../metrics/api-gauges.ts';
import type { Pool } from '../pool/pool.ts';
import type { WorkloadStore } from '../workloads/store.ts';
import type { Hosts } from './hosts.ts';

/** What a pool of this process is doing. */
export function statusOf(pool: Pool): ApiStatus {
  return { state: pool.state, reason: pool.reason, replicas: pool.replicas, processes: pool.processes };
}

/** A pool of this process as the gateway sees it; with those of other hosts, where there can be any. */
export function servedApi(pool: Pool, hosts: Hosts | null): ServedApi {
  const { spec } = pool;
  const status = hosts === null ? () => statusOf(pool) : () => hosts.status(spec.name);
  return { spec, status, here: () => statusOf(pool), cancel: (id) => pool.cancel(id) };
}

/** An API whose pools are all on other hosts. */
export function remoteApi(spec: ApiSpec, hosts: Hosts, store: WorkloadStore): ServedApi {
  const { name } = spec;
  return { spec, status: () => hosts.status(name), cancel: (id) => store.cancel(name, id) };
}

/**
 * An API as the metrics of this process see it: what its own pool does, where it has one, and the queue that all share.
 * @param pool the one of this process, if there is one
 */
export function watchedApi(api: ServedApi, pool: Pool | undefined, store: WorkloadStore): WatchedApi {
  const { name } = api.spec;
  return {
    name,
    state: () => api.status().state,
    replicas: () => api.status().replicas,
    unstored: () => pool?.unstored ?? 0,
    counts: () => store.counts(name),
  };
}
