import { randomInt } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { isKnownError } from '../errors/known-error.ts';
import type { Logger } from '../log/logger.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { WorkloadStore } from '../workloads/store.ts';
import { buildAdmission } from './admission.ts';
import { buildApp } from './app.ts';
import { chainRoutes } from './chain-paths.ts';
import { closeApp } from './close.ts';
import { onlyHosts } from './host-guard.ts';
import { resolveLimits, type HttpLimits } from './limits.ts';
import { listen, type ListenAddress } from './listen.ts';
import { buildRouteTable } from './route-table.ts';
import { addUnknownRoute } from './routes/unknown.ts';
import { addWorkloadRoutes } from './routes/workloads.ts';
import type { ServedApi } from './served-api.ts';

/** The port at which predictors expect each other. */
export const CHAIN_PORT = 8888;
/** Two of 16 million addresses hardly ever meet: a third failure has another reason. */
const TRIES = 10;

export interface ChainOptions {
  readonly store: WorkloadStore;
  readonly apis: readonly ServedApi[];
  readonly metrics: Metrics;
  readonly logger: Logger;
  readonly limits: Partial<HttpLimits>;
  /** Called when a predictor has submitted a workload, or asks for one that has not begun: after a death that may be all that tells that it waits. */
  readonly submitted: (api: string, id: string) => void;
}

export interface Chain {
  /**
   * Host name (`api-<name>`) to where it is served. The port is 8888 unless this machine has one loopback address only, or another program has that port
   * on all of them.
   */
  readonly hosts: ReadonlyMap<string, ListenAddress>;
  /** Closes as a gateway does. */
  close(atOnce?: AbortSignal): Promise<void>;
}

/**
 * Serves each API on a loopback address of its own, for the predictors: `POST /` and `POST /predict` submit, `GET /<id>` and
 * `GET /predict/<id>` fetch. Errors: see `listen`.
 */
export async function listenForChaining(options: ChainOptions): Promise<Chain> {
  const limits = resolveLimits(options.limits);
  const admission = buildAdmission(options.store);
  const apps: FastifyInstance[] = [];
  const hosts = new Map<string, ListenAddress>();
  const close = async (atOnce?: AbortSignal) => {
    await Promise.all(apps.map((app) => closeApp(app, limits, atOnce)));
  };

  const build = (api: ServedApi, hostName: string, address: string): FastifyInstance => {
    const rule = onlyHosts([hostName, address]);
    const app = buildApp(limits, options.logger, () => rule);
    const desk = {
      store: options.store,
      table: buildRouteTable(chainRoutes(api)),
      admission,
      limits,
      metrics: options.metrics,
      logger: options.logger,
      stored: options.submitted,
      missed: options.submitted,
    };
    addWorkloadRoutes(app, desk);
    addUnknownRoute(app, desk.table);
    return app;
  };

  try {
    for (const api of options.apis) {
      const hostName = `api-${api.spec.name}`;
      const { app, address } = await listenSomewhere((at) => build(api, hostName, at));
      apps.push(app);
      hosts.set(hostName, address);
    }
  } catch (error) {
    await close();
    throw error;
  }
  return { hosts, close };
}

/** Tries random addresses until one is free; `build` makes a new server for each, since one that failed to listen is spent. */
async function listenSomewhere(build: (address: string) => FastifyInstance) {
  const listenAt = async (address: string, port: number) => {
    const app = build(address);
    try {
      return { app, address: await listen(app, address, port) };
    } catch (error) {
      await app.close();
      throw error;
    }
  };
  for (let tries = 1; ; tries += 1) {
    const address = randomLoopbackAddress();
    try {
      return await listenAt(address, CHAIN_PORT);
    } catch (error) {
      const code = isKnownError(error) ? error.code : null;
      // macOS has 127.0.0.1 only.
      if (code === 'PONS_ERR_HTTP_HOST_UNKNOWN') return listenAt('127.0.0.1', 0);
      if (code !== 'PONS_ERR_HTTP_PORT_TAKEN') throw error;
      // Whoever publishes a container's port 8888 has it on all addresses.
      if (tries === TRIES) return listenAt(address, 0);
    }
  }
}

/** 127.x.y.z with x from 1 on: never 127.0.0.1, where a Jupyter may be, nor what else is common in 127.0.0.0/16. */
function randomLoopbackAddress(): string {
  return `127.${randomInt(1, 255)}.${randomInt(0, 256)}.${randomInt(1, 255)}`;
}
