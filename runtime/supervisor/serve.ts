import { join } from 'node:path';
import { chainRoutes } from '../gateway/chain-paths.ts';
import { assertListenable, type ListenAddress } from '../gateway/listen.ts';
import { buildGateway } from '../gateway/server.ts';
import { createMetrics } from '../metrics/metrics.ts';
import { aborted } from '../processes/aborted.ts';
import { assertTempFolder } from '../state/temp-folder.ts';
import { refusalOfAny } from '../workloads/refusal-of-any.ts';
import { callableElsewhere } from './callable-elsewhere.ts';
import { drainLimit } from './drain-limit.ts';
import { drainPools } from './drain.ts';
import { Hosts } from './hosts.ts';
import { askMachine, type Machine } from './machine.ts';
import { asOneReplica } from './one-replica.ts';
import { openStore } from './open-store.ts';
import { Opened } from './opened.ts';
import { remoteApi, servedApi, statusOf, watchedApi } from './pool-views.ts';
import { preparePredictors } from './predictors.ts';
import { readProject } from './project.ts';
import type { ServeOptions } from './serve-options.ts';

/** How long a process is given to end by itself before it is told to, and again before it is killed. */
const STOP_GRACE_MS = 5000;
/** The same where whoever stops this program waits for a bounded time only. */
const BOUNDED_STOP_GRACE_MS = 2000;

/** Serves a project until it is asked to stop; resolves when everything of it has ended. Rejects with what kept it from serving. */
export async function serve(options: ServeOptions): Promise<void> {
  const { logger, stop } = options;
  const opened = new Opened();
  const lost = new AbortController();
  try {
    await boot(options, opened, lost);
    await Promise.race([aborted(stop.drain), aborted(lost.signal)]);
    if (lost.signal.aborted) throw lost.signal.reason;
    logger.info('stopping: workloads in flight finish first; a second signal stops at once');
  } catch (error) {
    if (error !== stop.drain.reason) throw error;
  } finally {
    await opened.close(logger);
  }
}

async function boot(options: ServeOptions, opened: Opened, lost: AbortController): Promise<void> {
  const { logger, stop, role } = options;
  const drained = drainLimit(stop.drain, options.drainMs, logger);
  const atOnce = AbortSignal.any([stop.atOnce, lost.signal, drained]);
  // It may have come while the program was being loaded.
  stop.drain.throwIfAborted();
  const stateDirOf = (root: string): string => options.stateDir ?? join(root, '.pons');
  const closing = new AbortController();
  opened.add(() => {
    closing.abort();
    return Promise.resolve();
  });
  const machine = role === 'gateway' ? null : askMachine(options.python, AbortSignal.any([stop.drain, closing.signal]));
  const needs = { apis: options.apis, files: role !== 'gateway' };
  const written = await readProject(options.path, ({ root }) => stateDirOf(root), needs);
  const project = options.inContainer ? asOneReplica(written) : written;
  // Before anything is made: whoever interrupts a start that early finds nothing of it.
  stop.drain.throwIfAborted();
  const stateDir = stateDirOf(project.location.root);
  const names = project.specs.map(({ name }) => name);
  const metrics = createMetrics();
  const { redis, payloads } = options;
  const storeOptions = { stateDir, redis, payloads, apis: names, logger, metrics, stop: stop.drain, lost };
  if (machine !== null) await assertRunnable(machine, options.inContainer);
  const { store, presence, close } = await openStore(storeOptions);
  opened.add(close);
  // Behind the lock, whose holder may well be the one that has the port; before anything is installed.
  await assertListenable(options.host, options.port);
  metrics.watchStore(() => refusalOfAny(store, names));
  store.onEnded((api, status) => {
    metrics.ended(api, status);
  });
  const predictors =
    machine === null
      ? null
      : await preparePredictors({ ...options, stateDir, project, store, metrics, machine }, opened);
  const pools = predictors?.pools ?? [];
  const elsewhere = presence !== null && predictors !== null ? callableElsewhere(project, options.inContainer) : [];
  const known = [...names, ...elsewhere.map(({ name }) => name)];
  const hosts = presence === null ? null : new Hosts(presence, known, ownStatuses(pools));
  const apis =
    hosts !== null && predictors === null
      ? project.specs.map((spec) => remoteApi(spec, hosts, store))
      : pools.map((pool) => servedApi(pool, hosts));
  const others = hosts === null ? [] : elsewhere.map((spec) => remoteApi(spec, hosts, store));
  await predictors?.start([...apis, ...others], atOnce);
  if (hosts !== null) {
    await hosts.open();
    opened.add(() => hosts.close());
  }
  for (const api of apis) {
    const pool = pools.find(({ spec }) => spec.name === api.spec.name);
    metrics.watch(watchedApi(api, pool, store));
  }
  const limits = { bodyBytes: options.maxBodyBytes };
  const { allowedHosts, inContainer } = options;
  const isNamed = inContainer && role !== 'gateway' && apis.length === 1;
  const aliases = isNamed ? apis.flatMap(chainRoutes) : [];
  const takes = role === 'predictors' && !isNamed ? 'no workloads' : 'workloads';
  const gateway = buildGateway({ store, apis, aliases, metrics, logger, limits, takes, allowedHosts });
  // Beside one another: a slow request must not keep the pools from taking no more work.
  opened.add(async () => {
    await Promise.all([
      gateway.close(atOnce),
      drainPools(pools, atOnce, options.drainMs === null ? STOP_GRACE_MS : BOUNDED_STOP_GRACE_MS),
    ]);
  });
  if (predictors !== null) await Promise.race([predictors.modelsReady, aborted(stop.drain)]);
  stop.drain.throwIfAborted();
  options.serving(urlOf(await gateway.listen(options.host, options.port)), project, takes);
}

/** Rejects, before anything is made, with what would keep every predictor process of this machine from being started. */
async function assertRunnable({ interpreter }: Machine, inContainer: boolean): Promise<void> {
  await assertTempFolder();
  // Elsewhere it may lie behind a slow shim, and the store is opened meanwhile; there is no fixed state folder either.
  if (inContainer) await interpreter;
}

function ownStatuses(pools: Parameters<typeof drainPools>[0]): ConstructorParameters<typeof Hosts>[2] {
  return new Map(pools.map((pool) => [pool.spec.name, () => statusOf(pool)] as const));
}

/** Where a client on this machine reaches a listening address. */
function urlOf({ address, port }: ListenAddress): string {
  const everywhere = address === '0.0.0.0' || address === '::';
  const host = everywhere ? '127.0.0.1' : address;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}
