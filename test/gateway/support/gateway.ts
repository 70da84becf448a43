import { openEmbeddedStore } from '../../../runtime/workloads/embedded/open.ts';
import { buildGateway, type Takes } from '../../../runtime/gateway/server.ts';
import type { HttpLimits } from '../../../runtime/gateway/limits.ts';
import type { ApiStatus, ServedApi } from '../../../runtime/gateway/served-api.ts';
import type { LogFields, Logger } from '../../../runtime/log/logger.ts';
import { createMetrics, type Metrics } from '../../../runtime/metrics/metrics.ts';
import type { WorkloadStore } from '../../../runtime/workloads/store.ts';
import { makeTempDir, removeTempDir } from '../../support/temp-dir.ts';

/** An API that is offered without a pool behind it: its workloads stay in the queue until a test ends them. */
export interface OfferedApi extends ServedApi {
  now: ApiStatus;
  here?: () => ApiStatus;
}

export interface Running {
  /** `http://127.0.0.1:PORT`. */
  readonly url: string;
  readonly port: number;
  readonly store: WorkloadStore;
  readonly metrics: Metrics;
  readonly apis: readonly OfferedApi[];
  readonly logged: readonly { readonly message: string; readonly fields: LogFields }[];
  /** Closes the gateway only. */
  close(atOnce?: AbortSignal): Promise<void>;
}

interface Offer {
  readonly name: string;
  readonly endpoint?: string;
  readonly maxReplicaConcurrency?: number;
}

interface Settings {
  readonly offers?: readonly Offer[];
  readonly limits?: Partial<HttpLimits>;
  readonly allowedHosts?: readonly string[];
  readonly host?: string;
  readonly takes?: Takes;
}

const LIVE: ApiStatus = { state: 'live', reason: null, replicas: { requested: 1, ready: 1 }, processes: [] };

/** Runs `act` against a gateway that listens, on a real store, and clears everything away. */
export async function withGateway(settings: Settings, act: (running: Running) => Promise<void>): Promise<void> {
  await withStore(async (store) => {
    const apis = (settings.offers ?? [{ name: 'iris' }]).map((one) => offer(store, one));
    const metrics = createMetrics();
    const logged: { message: string; fields: LogFields }[] = [];
    const { limits = {}, allowedHosts = [], host = '127.0.0.1', takes = 'workloads' } = settings;
    const gateway = buildGateway({
      store,
      apis,
      metrics,
      logger: recordingLogger(logged),
      limits,
      allowedHosts,
      takes,
    });
    let closed: Promise<void> | null = null;
    const close = (atOnce?: AbortSignal) => (closed ??= gateway.close(atOnce));
    try {
      const { port } = await gateway.listen(host, 0);
      await act({ url: `http://127.0.0.1:${port}`, port, store, metrics, apis, logged, close });
    } finally {
      await close();
    }
  });
}

/** Runs `act` with a store of its own. */
export async function withStore(act: (store: WorkloadStore) => Promise<void>): Promise<void> {
  const stateDir = makeTempDir();
  const store = await openEmbeddedStore({ stateDir, expiryIntervalMs: 0 });
  try {
    await act(store);
  } finally {
    await store.close();
    removeTempDir(stateDir);
  }
}

export function offer(store: WorkloadStore, { name, endpoint, maxReplicaConcurrency }: Offer): OfferedApi {
  const autoscaling = { maxReplicaConcurrency: maxReplicaConcurrency ?? null };
  const api: OfferedApi = {
    now: LIVE,
    spec: { name, kind: 'AsyncAPI', endpoint: endpoint ?? `/${name}`, autoscaling },
    status: () => api.now,
    cancel: (id) => store.cancel(name, id),
  };
  return api;
}

export function recordingLogger(logged: { message: string; fields: LogFields }[]): Logger {
  const record = (message: string, fields: LogFields = {}) => void logged.push({ message, fields });
  const logger: Logger = {
    info: record,
    warning: record,
    error: record,
    labelled: () => logger,
    raw: () => true,
    onceDrained: (listener) => {
      listener();
    },
  };
  return logger;
}

/** Leases the oldest workload of `api` and completes it with a result. */
export async function completeNext(store: WorkloadStore, api: string, result: string | Uint8Array): Promise<void> {
  const [lease] = (await store.lease(api, 1)).leases;
  if (lease === undefined) throw new Error(`nothing to lease from ${api}`);
  await store.complete(lease, Buffer.from(result));
}
