import { join } from 'node:path';
import type { ConnectionHandlers } from '../../bridge/node/connection.ts';
import { methodNotFound } from '../../bridge/node/messages.ts';
import type { Logger } from '../log/logger.ts';
import { inApi } from '../models/load-failure.ts';
import type { ModelRelay } from '../models/model-relay.ts';
import { openModelRelay } from '../models/open-relay.ts';
import type { RelayOptions } from '../models/relay-options.ts';
import type { ServingAddress } from '../models/tensorflow/address.ts';
import type { GpuVariables } from '../predictor/gpus/assign-gpus.ts';
import type { Reaper } from '../processes/reaper.ts';
import type { DeployedApi } from './deployment.ts';

export interface ModelRelaysOptions {
  readonly projectRoot: string;
  /** Keeps what is downloaded. */
  readonly stateDir: string;
  /** Holds what lasts as long as this run. */
  readonly runsDir: string;
  /** As in `RelayOptions`. */
  readonly laneDir: string | null;
  readonly tensorflowServing: ServingAddress | null;
  readonly gpus: GpuVariables;
  /** As in `RelayOptions`. */
  readonly needsAll: boolean;
  readonly logger: Logger;
  readonly say: (line: string) => void;
  readonly reaper: Reaper;
  readonly setpriv: Promise<string | null>;
  readonly signal: AbortSignal;
}

/** What answers the processes of each API about its models. */
export class ModelRelays {
  readonly #relays = new Map<string, Promise<ModelRelay>>();
  /** Resolves when all models that have to be there can be called. Rejects with a `KnownError` of the area MODELS. */
  readonly ready: Promise<void>;

  /** Begins to open them: processes may be started meanwhile, since whoever calls a model waits for it. */
  constructor(apis: readonly DeployedApi[], options: ModelRelaysOptions) {
    for (const api of apis) {
      const relayed = relayOptions(api, options);
      if (relayed === null) continue;
      this.#relays.set(api.spec.name, relayed.then(openModelRelay));
    }
    this.ready = this.#allReady();
    // Whoever awaits it is told; a stop may come first.
    this.ready.catch(() => undefined);
  }

  /** What a process of the API has its requests answered by. */
  requestedBy(api: string): ConnectionHandlers['requested'] {
    const opened = this.#relays.get(api);
    if (opened === undefined) return (method) => Promise.reject(methodNotFound(method));
    return async (method, packet, signal) => (await opened).answer(method, packet, signal);
  }

  /** To be called when no process is left. */
  async close(): Promise<void> {
    const opened = await Promise.allSettled(this.#relays.values());
    const relays = opened.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    await Promise.all(relays.map((relay) => relay.close()));
  }

  async #allReady(): Promise<void> {
    const all = [...this.#relays].map(async ([api, opened]) => {
      try {
        await (
          await opened
        ).ready;
      } catch (error) {
        throw inApi(api, error);
      }
    });
    await Promise.all(all);
  }
}

/** What it takes to serve the models of an API; null where it has none. */
export function relayOptions(api: DeployedApi, options: ModelRelaysOptions): Promise<RelayOptions> | null {
  const { name, predictor, compute, autoscaling } = api.spec;
  const { type, models } = predictor;
  if (type === 'python' || models === null) return null;
  const environment = api.environmentIn(api.snapshotDir);
  return options.setpriv.then((setpriv) => ({
    ...options,
    api: name,
    type,
    models,
    cpuMillis: compute.cpuMillis * autoscaling.minReplicas,
    runDir: join(options.runsDir, `models-${name}`),
    environment:
      type === 'tensorflow' ? { ...environment, ...options.gpus(name, 'serving', environment) } : environment,
    logger: options.logger.labelled({ apiName: name }),
    setpriv,
  }));
}
