import { KnownError } from '../../errors/known-error.ts';
import { renderError } from '../../errors/render.ts';
import { EndListeners } from '../end-listeners.ts';
import { Listeners } from '../listeners.ts';
import { RETENTION_MS } from '../retention.ts';
import type { LostListener } from '../store.ts';
import type { RedisAddress } from './address.ts';
import { Bodies } from './bodies.ts';
import { Calls } from './calls.ts';
import { checkServer } from './checks.ts';
import { Ends } from './ends.ts';
import { Held } from './held.ts';
import { RedisLink } from './link.ts';
import { Presence } from './presence.ts';
import { Scripts } from './scripts.ts';
import { Spool } from './spool.ts';
import { RedisStore } from './store.ts';
import { Upkeep, type RedisNotice } from './upkeep.ts';

export type { RedisNotice } from './upkeep.ts';

/** How long a lease lasts that nobody renews: after the death of a host its workloads are elsewhere so much later, and a second. */
const LEASE_MS = 15_000;
/** How often queues are looked into, should a call have been lost. */
const POLL_MS = 500;

export interface RedisStoreOptions {
  readonly address: RedisAddress;
  /** The APIs that this process is about; others that it is asked for are added. */
  readonly apis: readonly string[];
  /** A folder for large bodies that arrive; emptied. */
  readonly spoolDir: string;
  readonly onNotice?: (notice: RedisNotice) => void;
  readonly leaseMs?: number;
  readonly retentionMs?: number;
  readonly pollMs?: number;
}

export interface OpenedRedis {
  readonly store: RedisStore;
  readonly presence: Presence;
}

/**
 * Opens the store in a Redis, after having looked whether it can be trusted. Rejects with an error of the area REDIS, what concerns the
 * server's settings included.
 */
export async function openRedisStore(options: RedisStoreOptions): Promise<OpenedRedis> {
  const notify = options.onNotice ?? (() => undefined);
  const [leaseMs, retentionMs] = [options.leaseMs ?? LEASE_MS, options.retentionMs ?? RETENTION_MS];
  const spool = await Spool.open(options.spoolDir);
  const link = await RedisLink.open(options.address);
  const scripts = new Scripts(link, options.apis);
  const [listeners, endListeners, lostListeners] = [new Listeners(), new EndListeners([]), new Set<LostListener>()];
  const held = new Held();
  const calls = new Calls(options.address, scripts);
  const queued = (api: string): void => {
    listeners.call(api);
    calls.call(api);
  };
  const upkeep = new Upkeep({
    ...{ link, scripts, held, leaseMs, pollMs: options.pollMs ?? POLL_MS },
    notify: (notice) => {
      if (notice.kind === 'back') calls.renew();
      notify(notice);
    },
    queued,
    called: (api) => {
      listeners.call(api);
    },
    isListenedTo: (api) => listeners.has(api),
    lost: (ref) => {
      for (const listener of lostListeners) listener(ref);
    },
    exhausted: async (ref, deaths) => {
      await ends.fail(ref, renderError(KnownError.of('PONS_ERR_WORKLOAD_SUPERVISOR_DEATHS', { deaths })));
    },
  });
  const bodies = new Bodies(link, scripts, spool);
  const released = calls.ended.bind(calls);
  const ends = new Ends({ link, scripts, bodies, held, queued, released, endListeners, retentionMs });
  const store = new RedisStore({
    ...{
      link,
      scripts,
      bodies,
      spool,
      held,
      ends,
      upkeep,
      listeners,
      calls,
      queued,
      endListeners,
      lostListeners,
      leaseMs,
    },
  });
  try {
    for (const text of await checkServer(link)) notify({ kind: 'warning', text });
    await upkeep.sweep();
  } catch (error) {
    calls.close();
    await link.close();
    throw error;
  }
  upkeep.start();
  return { store, presence: new Presence(scripts) };
}
