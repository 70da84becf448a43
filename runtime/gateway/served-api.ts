import type { ApiSpec, AutoscalingSpec } from '../config/spec.ts';
import type { ErrorView } from '../errors/render.ts';
import type { CancelOutcome } from '../workloads/store.ts';

/**
 * `loading`: not one process is ready yet. `error`: its processes cannot start, or what they came to cannot be stored; it accepts and tries again. `unserved`: no
 * host has it; it accepts.
 */
export type ApiState = 'loading' | 'live' | 'error' | 'stopping' | 'unserved';

/** One predictor process as `GET <endpoint>` shows it. */
export interface ProcessView {
  /** Its place in the pool: `0`, or `0.1` for the second process of a replica. */
  readonly replica: string;
  /** null while there is none. */
  readonly pid: number | null;
  readonly state: string;
}

export interface ApiStatus {
  readonly state: ApiState;
  /** Why the state is `error` or `unserved`, or why the last start failed while it is `loading`; else null. */
  readonly reason: ErrorView | null;
  readonly replicas: { readonly requested: number; readonly ready: number };
  readonly processes: readonly ProcessView[];
}

/** What the gateway needs from the pool of one API. */
export interface ServedApi {
  readonly spec: Pick<ApiSpec, 'name' | 'kind' | 'endpoint'> & {
    readonly autoscaling: Pick<AutoscalingSpec, 'maxReplicaConcurrency'>;
  };
  /** What is so now; cheap, called for each readiness check. */
  status(): ApiStatus;
  /** The like of the predictors of this process alone; missing where it has none of them. */
  readonly here?: () => ApiStatus;
  /** Cancels a workload in the store, and its `predict` where it runs. */
  cancel(id: string): Promise<CancelOutcome>;
}
