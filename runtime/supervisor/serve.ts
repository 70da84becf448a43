import { join } from 'node:path';
import { listenForChaining } from '../gateway/chain.ts';
import { assertListenable, type ListenAddress } from '../gateway/listen.ts';
import { buildGateway } from '../gateway/server.ts';
import type { Logger } from '../log/logger.ts';
import { createMetrics } from '../metrics/metrics.ts';
import type { ServingAddress } from '../models/tensorflow/address.ts';
import { Pool, type PoolOptions } from '../pool/pool.ts';
import { aborted } from '../processes/aborted.ts';
import { Reaper } from '../processes/reaper.ts';
import { openEmbeddedStore, type StoreNotice } from '../workloads/embedded/open.ts';
import { removeStaleDeployments } from '../project/staging.ts';
import { deploy } from './deployment.ts';
import { drainPools } from './drain.ts';
import { clearRuns, Launcher, runsDir } from './launcher.ts';
import { ModelRelays } from './model-relays.ts';
import { Opened } from './opened.ts';
import { measurePool } from './pool-events.ts';
import { servedApi, watchedApi } from './pool-views.ts';
import { askMachine } from './machine.ts';
import type { StopRequests } from './signals.ts';
import { readProject, type Project } from './project.ts';

export interface ServeOptions {
  /** The project's folder or configuration file. */
  readonly path: string;
  readonly host: string;
  readonly port: number;
  /** null: `.pons` in the project. */
  readonly stateDir: string | null;
  readonly python: string | null;
  readonly runDependenciesSh: boolean;
  readonly allowedHosts: readonly string[];
  readonly startTimeoutMs: number;
  readonly maxBodyBytes: number;
  /** null: one is started where it is needed. */
  readonly tensorflowServing: ServingAddress | null;
  readonly logger: Logger;
  readonly stop: StopRequests;
  /** Called once, when requests are answered at `url`. */
  readonly serving: (url: string, project: Project) => void;
}

/** How long a process is given to end by itself before it is told to, and again before it is killed. */
const STOP_GRACE_MS = 5000;

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
  const { logger, stop } = options;
  const atOnce = AbortSignal.any([stop.atOnce, lost.signal]);
  // It may have come while the program was being loaded.
  stop.drain.throwIfAborted();
  const stateDirOf = (root: string): string => options.stateDir ?? join(root, '.pons');
  const closing = new AbortController();
  opened.add(() => {
    closing.abort();
    return Promise.resolve();
  });
  const machine = askMachine(options.python, AbortSignal.any([stop.drain, closing.signal]));
  const project = await readProject(options.path, ({ root }) => stateDirOf(root));
  // Before anything is made: whoever interrupts a start that early finds nothing of it.
  stop.drain.throwIfAborted();
  const stateDir = stateDirOf(project.location.root);
  const store = await openEmbeddedStore({ stateDir, onNotice: noticeTo(logger, lost) });
  opened.add(() => store.close());
  // Behind the lock, whose holder may well be the one that has the port; before anything is installed.
  await assertListenable(options.host, options.port);
  await Promise.all([removeStaleDeployments(stateDir, []), clearRuns(stateDir)]);
  const reaper = new Reaper();
  opened.add(() => reaper.close());
  const say = (line: string): void => {
    logger.info(line);
  };
  const { interpreter, setpriv } = machine;
  const opening = Launcher.open({ stateDir, logger, startTimeoutMs: options.startTimeoutMs, reaper, setpriv });
  // Awaited below; what keeps the project from being deployed comes first.
  opening.catch(() => undefined);
  const apis = await deploy(project, {
    ...options,
    stateDir,
    environmentsDir: stateDir,
    say,
    interpreter,
    reaper,
    setpriv,
    signal: stop.drain,
  });
  const launcher = await opening;
  const relays = new ModelRelays(apis, {
    ...{ projectRoot: project.location.root, stateDir, runsDir: runsDir(stateDir), logger, say, reaper, setpriv },
    tensorflowServing: options.tensorflowServing,
    signal: stop.drain,
  });
  opened.add(() => relays.close());
  if (launcher.isolation.kind === 'none') logger.warning(sharedMachine(launcher.isolation.reason));
  const metrics = createMetrics();
  store.onEnded((api, status) => {
    metrics.ended(api, status);
  });
  const chain = new Map<string, ListenAddress>();
  const pools = apis.map((api) => {
    const labelled = logger.labelled({ apiName: api.spec.name });
    const requested = relays.requestedBy(api.spec.name);
    const start: PoolOptions['start'] = (replica, hooks) =>
      launcher.start({ api, mode: 'serve', replica, chaining: Object.fromEntries(chain), requested, ...hooks });
    return new Pool({
      spec: api.spec,
      store,
      logger: labelled,
      start,
      events: measurePool(api.spec.name, metrics, labelled),
    });
  });
  const served = pools.map(servedApi);
  const common = { store, apis: served, metrics, logger, limits: { bodyBytes: options.maxBodyBytes } };
  const submitted = (api: string, id: string): void => {
    pools.find(({ spec }) => spec.name === api)?.noteChained(id);
  };
  const chaining = await listenForChaining({ ...common, submitted });
  opened.add(() => chaining.close(atOnce));
  for (const [name, { address, port }] of chaining.hosts) chain.set(name, { address, port });
  for (const pool of pools) {
    pool.start();
    metrics.watch(watchedApi(pool, store));
  }
  const gateway = buildGateway({ ...common, allowedHosts: options.allowedHosts });
  // Beside one another: a slow request must not keep the pools from taking no more work.
  opened.add(async () => {
    await Promise.all([gateway.close(atOnce), drainPools(pools, atOnce, STOP_GRACE_MS)]);
  });
  await Promise.race([relays.ready, aborted(stop.drain)]);
  stop.drain.throwIfAborted();
  options.serving(urlOf(await gateway.listen(options.host, options.port)), project);
}

/** Where a client on this machine reaches a listening address. */
function urlOf({ address, port }: ListenAddress): string {
  const everywhere = address === '0.0.0.0' || address === '::';
  const host = everywhere ? '127.0.0.1' : address;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

function sharedMachine(reason: string): string {
  return (
    `this machine permits no private mount namespaces (${reason}): processes share /tmp, each works on a copy of the project, and the names ` +
    'api-<name> are known to Python code only, not to sub-processes and resolvers written in C'
  );
}

function noticeTo(logger: Logger, lost: AbortController): (notice: StoreNotice) => void {
  return (notice) => {
    switch (notice.kind) {
      case 'recovered':
        logger.warning(
          `the last run was cut off: ${notice.requeued} workloads are back in the queue, ${notice.failed} have failed, ${notice.swept} left-over files are removed`,
        );
        break;
      case 'expired':
        logger.info(`${notice.workloads} workloads that ended long ago are deleted`);
        break;
      case 'lost':
        // Without its store Pons can promise nothing any more; the next start finds everything that was stored.
        lost.abort(notice.error);
        break;
    }
  };
}
