import { Gauge, type Registry } from 'prom-client';

const STATES = ['loading', 'live', 'error', 'stopping', 'unserved'] as const;

/** An API whose present state is read for each answer. */
export interface WatchedApi {
  readonly name: string;
  state(): (typeof STATES)[number];
  replicas(): { readonly requested: number; readonly ready: number };
  /** Outcomes that this process has in memory since the store did not take them. */
  unstored(): number;
  /** `oldestSubmittedAt` in epoch ms; null when nothing waits. */
  counts(): Promise<{
    readonly inQueue: number;
    readonly inProgress: number;
    readonly oldestSubmittedAt: number | null;
  }>;
}

export interface ApiGauges {
  /** Shows an API from the next reading on. Returns how to stop that. */
  watch(source: WatchedApi): () => void;
  /** Reads all watched APIs; one that cannot be read is left out. */
  read(): Promise<void>;
}

/** Registers the gauges that tell what is so at the moment of the answer. */
export function createApiGauges(registry: Registry): ApiGauges {
  const sources = new Set<WatchedApi>();
  const gauge = (name: string, help: string, ...further: string[]) =>
    new Gauge({ name, help, labelNames: ['api', ...further], registers: [registry] });
  const queued = gauge('pons_queue_length', 'Workloads that wait');
  const running = gauge('pons_workloads_in_progress', 'Workloads that are leased or running');
  const oldest = gauge('pons_oldest_waiting_seconds', 'Age of the oldest workload that waits; 0 when none does');
  const replicas = gauge('pons_replicas', 'Replicas that are asked for, and those that are ready', 'which');
  const states = gauge('pons_api_state', '1 for the state that the API is in', 'state');

  const unstored = gauge('pons_outcomes_waiting', 'Outcomes that could not be stored yet and are kept in memory');

  function showState(source: WatchedApi): void {
    const api = source.name;
    const current = source.state();
    for (const state of STATES) states.set({ api, state }, state === current ? 1 : 0);
    const { requested, ready } = source.replicas();
    replicas.set({ api, which: 'requested' }, requested);
    replicas.set({ api, which: 'ready' }, ready);
    unstored.set({ api }, source.unstored());
  }

  return {
    watch(source) {
      sources.add(source);
      return () => {
        sources.delete(source);
      };
    },
    async read() {
      const readings = await Promise.allSettled(
        Array.from(sources, async (source) => ({ source, counts: await source.counts() })),
      );
      for (const one of [queued, running, oldest, replicas, states, unstored]) one.reset();
      for (const source of sources) showState(source);
      for (const reading of readings) {
        if (reading.status === 'rejected') continue;
        const { source, counts } = reading.value;
        const age = counts.oldestSubmittedAt === null ? 0 : Math.max(0, Date.now() - counts.oldestSubmittedAt);
        queued.set({ api: source.name }, counts.inQueue);
        running.set({ api: source.name }, counts.inProgress);
        oldest.set({ api: source.name }, Math.max(0, age) / 1000);
      }
    },
  };
}
