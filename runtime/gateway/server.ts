import type { Logger } from '../log/logger.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { WorkloadStore } from '../workloads/store.ts';
import { buildAdmission } from './admission.ts';
import { buildApp } from './app.ts';
import { closeApp } from './close.ts';
import { isLoopbackAddress, loopbackHosts, type HostRule } from './host-guard.ts';
import { resolveLimits, type HttpLimits } from './limits.ts';
import { listen, type ListenAddress } from './listen.ts';
import { buildRouteTable } from './route-table.ts';
import { addHealthRoutes } from './routes/health.ts';
import { addListingRoute } from './routes/listing.ts';
import { addMetricsRoute } from './routes/metrics.ts';
import { addUnknownRoute } from './routes/unknown.ts';
import { addWorkloadRoutes } from './routes/workloads.ts';
import type { ServedApi } from './served-api.ts';

/** `no workloads`: it tells how the predictors here are and takes no requests for them. */
export type Takes = 'workloads' | 'no workloads';

export interface GatewayOptions {
  readonly store: WorkloadStore;
  readonly apis: readonly ServedApi[];
  readonly metrics: Metrics;
  readonly logger: Logger;
  readonly limits: Partial<HttpLimits>;
  /** `workloads` unless given. */
  readonly takes?: Takes;
  /** Further paths that one of the APIs is served at. */
  readonly aliases?: readonly (readonly [path: string, api: ServedApi])[];
  /** Host names (without port) to answer to besides this machine's own, when only this machine can reach the server. */
  readonly allowedHosts: readonly string[];
}

export interface Gateway {
  /** To be called once; a gateway that failed to listen can only be closed. Errors: see `listen`. */
  listen(host: string, port: number): Promise<ListenAddress>;
  /** Takes no more connections, and resolves when the open requests are answered and the answers read, their time is up, or `atOnce` is aborted. */
  close(atOnce?: AbortSignal): Promise<void>;
}

/** The HTTP server of all APIs. */
export function buildGateway(options: GatewayOptions): Gateway {
  const { store, apis, metrics, logger, limits: given, allowedHosts } = options;
  const takesWorkloads = options.takes !== 'no workloads';
  const offered = takesWorkloads ? apis : [];
  const limits = resolveLimits(given);
  const guarded = loopbackHosts(allowedHosts);
  let hostRule: HostRule = guarded;
  const app = buildApp(limits, logger, () => hostRule);
  const routes = [...(options.aliases ?? []), ...offered.map((api) => [api.spec.endpoint, api] as const)];
  const table = buildRouteTable(routes);

  addHealthRoutes(app, apis, store);
  addMetricsRoute(app, metrics);
  if (!routes.some(([path]) => path === '/')) addListingRoute(app, apis, takesWorkloads);
  const ignore = (): void => undefined;
  const admission = buildAdmission(store);
  addWorkloadRoutes(app, { store, table, admission, limits, metrics, logger, stored: ignore, missed: ignore });
  addUnknownRoute(app, table);

  return {
    async listen(host, port) {
      const address = await listen(app, host, port);
      if (!isLoopbackAddress(address.address)) hostRule = null;
      return address;
    },
    close: (atOnce) => closeApp(app, limits, atOnce),
  };
}
