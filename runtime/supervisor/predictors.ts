import { rm } from 'node:fs/promises';
import { CHAIN_PORT, listenForChaining } from '../gateway/chain.ts';
import type { ListenAddress } from '../gateway/listen.ts';
import type { ServedApi } from '../gateway/served-api.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { Pool, type PoolOptions } from '../pool/pool.ts';
import { assignGpus } from '../predictor/gpus/assign-gpus.ts';
import { Reaper } from '../processes/reaper.ts';
import { removeStaleDeployments } from '../project/staging.ts';
import type { WorkloadStore } from '../workloads/store.ts';
import { deploy } from './deployment.ts';
import { limitMemory } from './limit-memory.ts';
import { clearRuns, laneDir, Launcher, runsDir } from './launcher.ts';
import type { askMachine } from './machine.ts';
import { missedSiblings } from './missed-siblings.ts';
import { ModelRelays } from './model-relays.ts';
import type { Opened } from './opened.ts';
import { measurePool } from './pool-events.ts';
import type { Project } from './project.ts';
import type { ServeOptions } from './serve-options.ts';
import { sharedThings } from './shared-things.ts';

export interface PredictorsOptions extends ServeOptions {
  readonly stateDir: string;
  readonly project: Project;
  readonly store: WorkloadStore;
  readonly metrics: Metrics;
  readonly machine: ReturnType<typeof askMachine>;
}

const PORT_TAKEN =
  `another program has port ${CHAIN_PORT} on all addresses of this machine: the names api-<name> are known to Python code only, ` +
  'not to sub-processes and resolvers written in C';

/** The pools of all APIs, before they start. */
export interface Predictors {
  readonly pools: readonly Pool[];
  /** Resolves when all models that have to be there can be called. */
  readonly modelsReady: Promise<void>;
  /** Starts them; `apis` are those that predictors can call, also those that other hosts run. */
  readonly start: (apis: readonly ServedApi[], atOnce: AbortSignal) => Promise<void>;
}

/** Makes ready what it takes to run the predictors of a project here. */
export async function preparePredictors(options: PredictorsOptions, opened: Opened): Promise<Predictors> {
  const { stateDir, project, store, metrics, logger, machine } = options;
  const signal = options.stop.drain;
  await Promise.all([removeStaleDeployments(stateDir, []), clearRuns(stateDir)]);
  opened.add(() => rm(laneDir(stateDir), { recursive: true, force: true }));
  const reaper = new Reaper();
  opened.add(() => reaper.close());
  await reaper.started();
  const say = (line: string): void => {
    logger.info(line);
  };
  const { interpreter, setpriv } = machine;
  // Before anything is installed.
  const gpus = await assignGpus(project.specs, options.tensorflowServing !== null);
  const memory = await limitMemory(project.specs, reaper, logger, opened);
  const { startTimeoutMs, inContainer } = options;
  const opening = Launcher.open({ stateDir, logger, startTimeoutMs, reaper, setpriv, memory, gpus, inContainer });
  // Awaited below; what keeps the project from being deployed comes first.
  opening.catch(() => undefined);
  const common = { stateDir, say, reaper, setpriv, signal };
  const apis = await deploy(project, { ...options, ...common, environmentsDir: stateDir, interpreter });
  const launcher = await opening;
  const relays = new ModelRelays(apis, {
    ...{
      ...common,
      projectRoot: project.location.root,
      runsDir: runsDir(stateDir),
      logger,
      laneDir: laneDir(stateDir),
    },
    ...{ tensorflowServing: options.tensorflowServing, gpus, needsAll: false },
  });
  opened.add(() => relays.close());
  for (const warning of await sharedThings(launcher.isolation, project.specs)) logger.warning(warning);
  const missed = options.redis === null && !inContainer ? await missedSiblings(project, apis) : null;
  if (missed !== null) logger.warning(missed);
  const chain = new Map<string, ListenAddress>();
  const pools = apis.map((api) => {
    const labelled = logger.labelled({ apiName: api.spec.name });
    const requested = relays.requestedBy(api.spec.name);
    const start: PoolOptions['start'] = (replica, hooks) =>
      launcher.start({ api, mode: 'serve', replica, chaining: Object.fromEntries(chain), requested, ...hooks });
    const events = measurePool(api.spec.name, metrics, labelled);
    return new Pool({ spec: api.spec, store, logger: labelled, start, events });
  });
  return {
    pools,
    modelsReady: relays.ready,
    start: async (served, atOnce) => {
      // Between containers, the network knows the names.
      const hosts = inContainer ? [] : await openChain(options, pools, served, opened, atOnce);
      for (const [name, address] of hosts) chain.set(name, address);
      const isElsewhere = hosts.some(([, { port }]) => port !== CHAIN_PORT);
      if (isElsewhere && launcher.isolation.kind !== 'none') logger.warning(PORT_TAKEN);
      for (const pool of pools) pool.start();
    },
  };
}

/** Lets predictors call each other; resolves to where each is. */
async function openChain(
  { store, metrics, logger, maxBodyBytes }: PredictorsOptions,
  pools: readonly Pool[],
  apis: readonly ServedApi[],
  opened: Opened,
  atOnce: AbortSignal,
): Promise<readonly (readonly [string, ListenAddress])[]> {
  const submitted = (api: string, id: string): void => {
    pools.find(({ spec }) => spec.name === api)?.noteChained(id);
  };
  const limits = { bodyBytes: maxBodyBytes };
  const chaining = await listenForChaining({ store, apis, metrics, logger, limits, submitted });
  opened.add(() => chaining.close(atOnce));
  return [...chaining.hosts].map(([name, { address, port }]) => [name, { address, port }] as const);
}
